"""Who sees which case, as a predicate that the queries put into their SQL."""

from typing import Any

from sqlalchemy import Boolean, String, any_, bindparam, exists, or_
from sqlalchemy.dialects.postgresql import ARRAY

from app.cases.models import CaseAccessRow, CaseRow
from app.core.actor import Actor, ActorKind

COURT_ROLES = ("registrar", "chief_registrar", "judge")


# The statement around it may join the accesses for reasons of its own, so only the case comes from there.
SEES_CASE = or_(
    bindparam("is_system", type_=Boolean()),
    exists()
    .where(CaseAccessRow.case_id == CaseRow.id, CaseAccessRow.person_id == bindparam("reader"))
    .correlate(CaseRow),
    CaseRow.court_code == any_(bindparam("reader_courts", type_=ARRAY(String))),
)
"""True for rows of `court_case` that the reader may see: their own, or those of the courts they serve. See `reader`."""


def reader(actor: Actor) -> dict[str, Any]:
    """The parameters of SEES_CASE for this actor; with them a statement is built once and serves everybody."""
    return {
        "is_system": actor.kind is ActorKind.SYSTEM,
        "reader": actor.person_id,
        "reader_courts": sorted(actor.courts(*COURT_ROLES)),
    }


def serves_court(actor: Actor, court_code: str) -> bool:
    """Whether the actor works at that court as registrar, chief registrar or judge."""
    return court_code in actor.courts(*COURT_ROLES)
