"""An operator's statement as CSV: the balance before, the lines with the balance after each, the balance after all."""

import csv
import io
from datetime import UTC, datetime

from sandbox import money
from sandbox.statements.account import KIGALI, Statement, bounds


def written(statement: Statement) -> str:
    """The file. Amounts are decimals of the currency; what went back is negative."""
    account = statement.account
    begins, ends = bounds(statement.day)
    lines = [account.columns, _balance("OPENING_BALANCE", begins, statement.opening, account.currency)]
    for row in statement.rows:
        line = row.line
        lines.append((
            _moment(line.at), line.reference, line.external_id, line.type, line.status,
            money.wire(line.units, account.currency), money.wire(line.charge, account.currency), account.currency,
            money.wire(row.balance, account.currency), line.payer,
        ))  # fmt: skip
    lines.append(_balance("CLOSING_BALANCE", ends - 1, statement.closing, account.currency))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def _balance(kind: str, at: float, units: int, currency: str) -> tuple[str, ...]:
    return (_moment(at), "", "", kind, "", "", "", currency, money.wire(units, currency), "")


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(KIGALI).isoformat(timespec="seconds")
