"""What callbacks teach us of an attempt: the provider's name for it, and its receipt number.

Both come from the attempt's own secret address, and neither says that it was paid: that the provider must say on being
asked by that name.
"""

from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from app.core.money import Money
from app.payments.models import CallbackInboxRow, PaymentAttemptRow
from app.payments.provider import CallbackReport, ReportState
from app.payments.status import AttemptState

_A, _C = PaymentAttemptRow, CallbackInboxRow


def learn_name(session: Session, attempt_id: UUID, heard: CallbackReport) -> None:
    """Keep the provider's id when we have none, unless it is another payment's: by its amount, or known already."""
    if heard.provider_id is None:
        return
    row = session.execute(
        select(_A.provider, _A.provider_id, _A.amount_minor, _A.currency).where(_A.id == attempt_id)
    ).one()
    paid = heard.report.state is ReportState.SUCCEEDED
    if row.provider_id is not None or (paid and heard.report.amount != Money(row.amount_minor, row.currency)):
        return
    other = aliased(_A)
    names = [name for name in (heard.provider_id, heard.report.provider_reference) if name]
    taken = exists().where(
        other.provider == row.provider,
        other.id != attempt_id,
        other.provider_id.in_(names) | other.provider_reference.in_(names),
    )
    session.execute(
        update(_A)
        .where(_A.id == attempt_id, _A.provider_id.is_(None), ~taken)
        .values(provider_id=heard.provider_id)
        .execution_options(synchronize_session=False)
    )


def learn_receipt(session: Session, callback_id: UUID) -> None:
    """Give a payment that succeeded the receipt number of a callback that said so, when its status names none."""
    receipt = select(_C.provider_reference).where(_C.id == callback_id, _C.hint == ReportState.SUCCEEDED)
    of = select(_C.attempt_id).where(_C.id == callback_id)
    session.execute(
        update(_A)
        .where(_A.id == of.scalar_subquery(), _A.state == AttemptState.SUCCEEDED, _A.provider_reference.is_(None))
        .values(provider_reference=receipt.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
