"""The journal as a beancount file (https://beancount.github.io/docs/beancount_language_syntax.html); pure.

Beancount adds up every transaction by itself, and compares the balances at the end, which come from the database's own
sums: a file that was cut short, or an entry that is missing, is an error there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from app.core.money import EXPONENTS, Money
from app.payments.books.balances import Balances
from app.payments.books.entries import Entry, Period

_ACCOUNTS = {
    "receivable": "Assets:Receivable",
    "clearing": "Assets:Clearing",
    "bank": "Assets:Bank",
    "cash": "Assets:Cash",
    "court_fees": "Income:CourtFees",
    "fee_waivers": "Expenses:FeeWaivers",
    "provider_charges": "Expenses:ProviderCharges",
    "cash_differences": "Expenses:CashDifferences",
    "unapplied": "Liabilities:Unapplied",
    "refunds_payable": "Liabilities:RefundsPayable",
    "suspense": "Liabilities:Suspense",
}
_WORD = re.compile(r"[A-Za-z0-9]+")


def account_name(account: str) -> str:
    """Our account in beancount's spelling: "clearing:mtn_momo" is Assets:Clearing:MtnMomo."""
    root, *parts = account.split(":")
    known = _ACCOUNTS.get(root)
    first = (known,) if known else ("Equity:Other", _component(root))
    return ":".join((*first, *(_component(part) for part in parts)))


def beancount(
    entries: Iterable[Entry], period: Period, *, opening: Balances, closing: Balances, title: str
) -> Iterator[str]:
    """The file, line by line. `opening` is what stood before the period, `closing` what stands at its end."""
    yield f'option "title" {_quoted(title)}\n'
    opened: set[str] = set()
    day = period.first or date(1970, 1, 1)
    if period.first is not None:
        yield from _brought_forward(opening, period.first, opened)
    for entry in entries:
        day = entry.at.astimezone(period.zone).date()
        yield from _open((side.account for side in entry.sides), day, opened)
        yield from _transaction(entry, period.zone)
    after = max(day, period.last or day) + timedelta(days=1)
    for (account, _), amount in closing.items():
        if amount or account in opened:
            yield f"{after} balance {account_name(account)} {_amount(amount)}\n"


def _brought_forward(opening: Balances, day: date, opened: set[str]) -> Iterator[str]:
    held = {account: amount for account, amount in opening.items() if amount}
    yield from _open((account for account, _ in held), day, opened)
    if held:
        yield f'{day} * "Brought forward"\n'
        for (account, _), amount in held.items():
            yield f"  {account_name(account)}  {_amount(amount)}\n"


def _open(accounts: Iterable[str], day: date, opened: set[str]) -> Iterator[str]:
    for account in accounts:
        if account not in opened:
            opened.add(account)
            yield f"{day} open {account_name(account)}\n"


def _transaction(entry: Entry, zone: ZoneInfo) -> Iterator[str]:
    yield f"{entry.at.astimezone(zone).date()} * {_quoted(entry.kind.replace('_', ' ').capitalize())}\n"
    for key, value in _facts(entry).items():
        yield f"  {key}: {_quoted(value)}\n"
    for side in entry.sides:
        yield f"  {account_name(side.account)}  {_amount(side.amount)}\n"


def _facts(entry: Entry) -> Mapping[str, str]:
    """What an entry can be found again by. Our own names only: nobody's name or number."""
    facts = {
        "entry": str(entry.id),
        "at": entry.at.isoformat(),
        "court": entry.court_code,
        "bill": entry.bill,
        "attempt": None if entry.attempt is None else str(entry.attempt),
        "provider-reference": entry.provider_reference,
    }
    return {key: value for key, value in facts.items() if value}


def decimal_text(amount: Money) -> str:
    """The number alone, with the currency's own decimals: "20000" francs, "1250.50" shillings."""
    exponent = EXPONENTS[amount.currency]
    whole, part = divmod(abs(amount.minor), 10**exponent)
    sign = "-" if amount.minor < 0 else ""
    return f"{sign}{whole}.{part:0{exponent}d}" if exponent else f"{sign}{whole}"


def _amount(amount: Money) -> str:
    return f"{decimal_text(amount)} {amount.currency}"


def _component(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in _WORD.findall(text)) or "Unnamed"


def _quoted(text: str) -> str:
    plain = " ".join(text.split())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
