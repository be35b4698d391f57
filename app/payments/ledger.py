"""The books: double entry in whole minor units. Debits are positive, credits negative; each entry sums to zero."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, String

from app.core.ids import new_id
from app.core.money import Money
from app.payments.ids import AttemptId, ObligationId

RECEIVABLE = "receivable"
COURT_FEES = "court_fees"
UNAPPLIED = "unapplied"
REFUNDS_PAYABLE = "refunds_payable"
BANK = "bank"
CASH_DIFFERENCES = "cash_differences"
FEE_WAIVERS = "fee_waivers"
SUSPENSE = "suspense"


class Unbalanced(ValueError):
    """An entry whose sides differ: a bug in the caller."""


def clearing(provider: str) -> str:
    """The account of money that the provider holds for us."""
    return f"clearing:{provider}"


def fee_raised(amount: Money) -> dict[str, Money]:
    """A fee becomes due."""
    return {RECEIVABLE: amount, COURT_FEES: _credit(amount)}


def fee_changed(by: Money) -> dict[str, Money]:
    """Another schedule makes a fee that nobody has paid more, or, below zero, less."""
    return {RECEIVABLE: by, COURT_FEES: _credit(by)}


def payment(provider: str, *, applied: Money, surplus: Money) -> dict[str, Money]:
    """Money arrived: `applied` settles what was due, `surplus` waits to go back."""
    return {
        clearing(provider): applied + surplus,
        RECEIVABLE: _credit(applied),
        UNAPPLIED: _credit(surplus),
    }


def placed(*, applied: Money, surplus: Money) -> dict[str, Money]:
    """Money that nobody could place has found its bill: it settles what was due, the rest waits to go back."""
    return {
        SUSPENSE: applied + surplus,
        RECEIVABLE: _credit(applied),
        UNAPPLIED: _credit(surplus),
    }


def fee_waived(amount: Money, *, paid: Money) -> dict[str, Money]:
    """So much of a fee is given up; what of it had been `paid` already waits to go back."""
    return {FEE_WAIVERS: amount, RECEIVABLE: _credit(amount - paid), UNAPPLIED: _credit(paid)}


def fee_voided(*, fees: Money, remitted: Money, kept: Money) -> dict[str, Money]:
    """A fee is no longer due: what is unpaid is dropped, what was waived too, what was kept waits to go back."""
    return {
        COURT_FEES: fees,
        FEE_WAIVERS: _credit(remitted),
        RECEIVABLE: _credit(fees - remitted - kept),
        UNAPPLIED: _credit(kept),
    }


def refund_approved(amount: Money) -> dict[str, Money]:
    """What waited to go back becomes a debt to the payer."""
    return {UNAPPLIED: amount, REFUNDS_PAYABLE: _credit(amount)}


def refund_withdrawn(amount: Money) -> dict[str, Money]:
    """The debt to the payer is none after all; whoever finds so says where the unapplied money belongs."""
    return {REFUNDS_PAYABLE: amount, UNAPPLIED: _credit(amount)}


def refund_paid(account: str, amount: Money) -> dict[str, Money]:
    """The debt is paid out of `account`."""
    return {REFUNDS_PAYABLE: amount, account: _credit(amount)}


def payment_voided(provider: str, *, amount: Money, going_back: Money) -> dict[str, Money]:
    """Money that was entered by mistake never came: what it settled is due again, what was to go back does not."""
    return {clearing(provider): _credit(amount), RECEIVABLE: amount - going_back, UNAPPLIED: going_back}


def drawer_counted(provider: str, *, difference: Money) -> dict[str, Money]:
    """More (or, below zero, less) lies in a drawer than the books say."""
    return {clearing(provider): difference, CASH_DIFFERENCES: _credit(difference)}


def unidentified(provider: str, amount: Money) -> dict[str, Money]:
    """Money arrived that no bill of ours explains."""
    return {clearing(provider): amount, SUSPENSE: _credit(amount)}


_WRITE = text(
    "with e as (insert into journal_entry (id, court_code, at, kind, obligation_id, attempt_id) "
    "values (:id, :court_code, :at, :kind, :obligation_id, :attempt_id) returning id, court_code) "
    "insert into posting (id, entry_id, court_code, account, amount_minor, currency) "
    "select p.id, e.id, e.court_code, p.account, p.amount, :currency "
    "from e, unnest(:ids, :accounts, :amounts) as p(id, account, amount)"
).bindparams(
    bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("accounts", type_=ARRAY(String)),
    bindparam("amounts", type_=ARRAY(BigInteger)),
)


def write_entry(
    session: Session,
    kind: str,
    sides: Mapping[str, Money],
    *,
    of: tuple[ObligationId | None, str, AttemptId | None],
    at: datetime,
) -> UUID | None:
    """Write one entry in one statement; `of`: the obligation, if any, the court, and the attempt, if any.

    Sides of nothing are left out, and an entry of nothing is not written: the answer is then None.
    Raises Unbalanced; the database refuses it as well, at commit.
    """
    written = {account: amount for account, amount in sides.items() if amount}
    if sum(amount.minor for amount in written.values()) or len({a.currency for a in written.values()}) > 1:
        raise Unbalanced(kind)
    if not written:
        return None
    obligation_id, court_code, attempt_id = of
    entry_id = new_id()
    session.execute(
        _WRITE,
        {
            "id": entry_id,
            "court_code": court_code,
            "at": at,
            "kind": kind,
            "obligation_id": obligation_id,
            "attempt_id": attempt_id,
            "currency": next(iter(written.values())).currency,
            "ids": [new_id() for _ in written],
            "accounts": list(written),
            "amounts": [amount.minor for amount in written.values()],
        },
    )
    return entry_id


def _credit(amount: Money) -> Money:
    return Money(-amount.minor, amount.currency)
