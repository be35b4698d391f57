"""The addresses at which a provider tells what became of a refund."""

from uuid import UUID

from flask import Blueprint

from app.core.actor import SYSTEM
from app.core.errors import Absent
from app.payments.current import current_till
from app.payments.posted import posted_body
from app.payments.provider import MalformedReport, ReportState
from app.payments.reversals import service
from app.payments.reversals.port import Result, ReversingProvider
from app.payments.till import CALLBACK_PATHS
from app.web.access import public
from app.web.security import csrf
from app.web.transactions import now, writing

bp = Blueprint("reversals", __name__)


@bp.post("/callbacks/<word>/refunds/<uuid:reference_id>/<secret>/result")
@public
def receive_result(word: str, reference_id: UUID, secret: str) -> tuple[str, int]:
    """The refund is over, one way or the other."""
    provider = _provider(word)
    service.check(current_till().vault, reference_id, secret)
    body = posted_body()
    try:
        result = provider.read_result(body)
    except MalformedReport:
        return "", 400
    with writing(SYSTEM) as session:
        service.keep_result(session, provider.code, reference_id, result, body, at=now())
    return "", 200


@bp.post("/callbacks/<word>/refunds/<uuid:reference_id>/<secret>/queue")
@public
def receive_delay(word: str, reference_id: UUID, secret: str) -> tuple[str, int]:
    """The refund waits longer than the provider likes: that is no failure, it may still be carried out."""
    provider = _provider(word)
    service.check(current_till().vault, reference_id, secret)
    waits = Result(state=ReportState.PENDING, raw="queue timeout")
    with writing(SYSTEM) as session:
        service.keep_result(session, provider.code, reference_id, waits, b"", at=now())
    return "", 200


receive_result.__callback__ = True  # type: ignore[attr-defined]
receive_delay.__callback__ = True  # type: ignore[attr-defined]
csrf.exempt(receive_result)
csrf.exempt(receive_delay)


def _provider(word: str) -> ReversingProvider:
    provider: object = current_till().providers.get(CALLBACK_PATHS.get(word, ""))
    if isinstance(provider, ReversingProvider):
        return provider
    raise Absent
