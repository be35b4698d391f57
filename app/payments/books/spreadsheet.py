"""The journal as CSV (RFC 4180), one line for each side of an entry; pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from app.core.money import Money
from app.payments.books.beancount import decimal_text
from app.payments.books.entries import Entry

HEAD = (
    *("entry", "date", "at", "kind", "court", "bill", "attempt", "provider_reference"),
    *("account", "debit", "credit", "currency"),
)
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet(entries: Iterable[Entry], zone: ZoneInfo) -> Iterator[str]:
    """The file, line by line, its head first. Amounts are decimals of the currency, without a sign."""
    yield _line(HEAD)
    for entry in entries:
        about = (
            str(entry.id),
            entry.at.astimezone(zone).date().isoformat(),
            entry.at.isoformat(),
            entry.kind,
            entry.court_code,
            entry.bill or "",
            "" if entry.attempt is None else str(entry.attempt),
            _harmless(entry.provider_reference or ""),
        )
        for side in entry.sides:
            yield _line((*about, side.account, *_debit_credit(side.amount), side.amount.currency))


def _debit_credit(amount: Money) -> tuple[str, str]:
    size = decimal_text(Money(abs(amount.minor), amount.currency))
    return (size, "") if amount.minor > 0 else ("", size)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(values: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(values)
    return written.getvalue()
