"""Successes that do not count: entries of the cash desk that two people have voided.

A success never stops being one. What was wrong with it is a row of its own, and whoever adds up what was paid leaves
out what these expressions name.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.payments.counter.models import PaymentVoidRow
from app.payments.counter.status import VoidState

_V = PaymentVoidRow
Attempt = ColumnElement[UUID] | InstrumentedAttribute[UUID]


def stands(attempt_id: Attempt) -> ColumnElement[bool]:
    """True for attempts that nobody has voided, to stand in another statement."""
    return ~exists(select(_V.id).where(_V.attempt_id == attempt_id, _V.state == VoidState.CONFIRMED))


def when(attempt_id: Attempt) -> ScalarSelect[datetime]:
    """When the attempt was voided, NULL when it was not, to stand in another statement."""
    return select(_V.at).where(_V.attempt_id == attempt_id, _V.state == VoidState.CONFIRMED).scalar_subquery()


def voided_among(session: Session, attempts: Collection[UUID]) -> frozenset[UUID]:
    """Those of the attempts that were voided; whoever pays money back asks this first."""
    found = select(_V.attempt_id).where(_V.attempt_id.in_(attempts), _V.state == VoidState.CONFIRMED)
    return frozenset(session.execute(found).scalars()) if attempts else frozenset()
