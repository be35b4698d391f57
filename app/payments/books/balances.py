"""What stands on each account: sums that the database makes, whatever the entries were read for."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments.models import JournalEntryRow, PostingRow

Balances = Mapping[tuple[str, str], Money]
"""By account and currency; debits positive. The sum over all accounts of a currency is zero at every instant."""

_E, _P = JournalEntryRow, PostingRow


def trial_balance(session: Session, *, before: datetime | None = None) -> Balances:
    """Every account's balance, from all entries or from those before an instant; accounts at zero are in it too."""
    sums = select(_P.account, _P.currency, func.sum(_P.amount_minor).label("minor"))
    if before is not None:
        sums = sums.join(_E, _E.id == _P.entry_id).where(_E.at < before)
    found = session.execute(sums.group_by(_P.account, _P.currency).order_by(_P.account, _P.currency)).all()
    return {(row.account, row.currency): Money(int(row.minor), row.currency) for row in found}


def out_of_balance(balances: Balances) -> dict[str, Money]:
    """By currency, what debits exceed credits by; empty for books that are in order."""
    sums: dict[str, Money] = {}
    for (_, currency), amount in balances.items():
        sums[currency] = sums.get(currency, Money.zero(currency)) + amount
    return {currency: amount for currency, amount in sums.items() if amount}
