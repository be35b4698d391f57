"""An operator's statement as CSV: the balance before, the lines with the balance after each, the balance after all."""

import csv
import io

from sandbox.statements.account import Account, Line, Printed, Statement, bounds


def written(statement: Statement) -> str:
    """The file, in the operator's own columns; what went back is negative."""
    account = statement.account
    begins, ends = bounds(statement.day, account.zone)
    lines = [
        tuple(account.sheet.columns),
        _balance(account, "OPENING_BALANCE", begins, statement.opening),
        *(_cells(account, row.line, row.balance) for row in statement.rows),
        _balance(account, "CLOSING_BALANCE", ends - 1, statement.closing),
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def _cells(account: Account, line: Line, balance: int) -> tuple[str, ...]:
    printed = Printed(line=line, balance=balance, currency=account.currency, zone=account.zone)
    return tuple(cell(printed) for cell in account.sheet.columns.values())


def _balance(account: Account, kind: str, at: float, units: int) -> tuple[str, ...]:
    line = Line(at=at, reference="", external_id="", type=kind, status="", units=0, payer="", succeeded=False)
    cells = zip(account.sheet.columns, _cells(account, line, units), strict=True)
    return tuple(cell if name in account.sheet.standing else "" for name, cell in cells)
