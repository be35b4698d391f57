"""Who sees and who may change which filing, as predicates that the queries put into their SQL."""

from sqlalchemy import ColumnElement, and_, false, or_

from app.core.actor import Actor, ActorKind
from app.filing.models import FilingRow
from app.filing.status import FilingStatus

REGISTRARS = ("registrar", "chief_registrar")
_SEEN_BY_COURT = (
    FilingStatus.SUBMITTED,
    FilingStatus.UNDER_REVIEW,
    FilingStatus.ACCEPTED,
    FilingStatus.RETURNED,
    FilingStatus.REJECTED,
)


def is_filer(actor: Actor) -> ColumnElement[bool]:
    """True for the actor's own filings: sent by them, or entered by them at the counter."""
    if actor.person_id is None:
        return false()
    return or_(
        FilingRow.filer_id == actor.person_id,
        and_(FilingRow.filer_id.is_(None), FilingRow.entered_by == actor.person_id),
    )


def reviews(actor: Actor, row: type[FilingRow] = FilingRow) -> ColumnElement[bool]:
    """True for filings that have reached a court whose registrar the actor is; drafts and unpaid ones have not.

    `row` is an alias, where a statement looks at more than one filing.
    """
    courts = actor.courts(*REGISTRARS)
    if not courts:
        return false()
    return and_(row.court_code.in_(sorted(courts)), row.status.in_(_SEEN_BY_COURT))


def sees_filing(actor: Actor) -> ColumnElement[bool]:
    """True for filings that the actor may read."""
    if actor.kind is ActorKind.SYSTEM:
        return FilingRow.id.is_not(None)
    return or_(is_filer(actor), reviews(actor))
