"""Who sees which case, as predicates that the queries put into their SQL."""

from sqlalchemy import ColumnElement, exists, false, or_

from app.cases.models import CaseAccessRow, CaseRow
from app.core.actor import Actor, ActorKind

COURT_ROLES = ("registrar", "chief_registrar", "judge")


def sees_case(actor: Actor) -> ColumnElement[bool]:
    """True for rows of `court_case` that the actor may see: their own, or those of the courts they serve."""
    if actor.kind is ActorKind.SYSTEM:
        return CaseRow.id.is_not(None)
    if actor.person_id is None:
        return false()
    mine = exists().where(CaseAccessRow.case_id == CaseRow.id, CaseAccessRow.person_id == actor.person_id)
    # The statement around it may join the accesses for reasons of its own.
    own = mine.correlate(CaseRow)
    courts = actor.courts(*COURT_ROLES)
    return or_(own, CaseRow.court_code.in_(sorted(courts))) if courts else own


def serves_court(actor: Actor, court_code: str) -> bool:
    """Whether the actor works at that court as registrar, chief registrar or judge."""
    return court_code in actor.courts(*COURT_ROLES)
