"""What every call of Airtel's API has in common: headers, signature, errors, faults."""

from collections.abc import Callable

from flask import Response, jsonify, request

from sandbox import faulty
from sandbox.airtel.access import BadSignature
from sandbox.airtel.answers import envelope
from sandbox.faults import Kind, Moment, Operator
from sandbox.world import world

COUNTRY, CURRENCY, DIALLING = "RW", "RWF", "250"


class Refused(Exception):
    """The call gets this answer and has no effect."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def refused(code: str, http: int = 200) -> Refused:
    """A refusal in Airtel's envelope; an ordinary one is HTTP 200 with success false."""
    return Refused(error(code, http))


def error(code: str, http: int = 200) -> Response:
    """Airtel's envelope around nothing but a code."""
    response = jsonify(status=envelope(code, success=False, http=http))
    response.status_code = http
    return response


def unauthorised() -> Response:
    """401 as for a token that is missing, wrong or too old."""
    response = jsonify(error_description="The access token is invalid or has expired", error="invalid_token")
    response.status_code = 401
    return response


def bearer_token() -> str:
    """The token of the Authorization header, or an empty text."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def check_caller() -> None:
    """Refuse a wrong token, country or currency."""
    if not world().airtel_access.is_good(bearer_token()):
        raise Refused(unauthorised())
    if request.headers.get("X-Country") != COUNTRY:
        raise refused("ROUTER006", 400)
    if request.headers.get("X-Currency") != CURRENCY:
        raise refused("ROUTER112", 400)


def check_signature() -> None:
    """Refuse a signature that doesn't open to the very body; without one, refuse where signing is mandatory."""
    signature, key = request.headers.get("x-signature"), request.headers.get("x-key")
    if signature is None and key is None and not world().settings.airtel.sign:
        return
    try:
        opened = world().airtel_access.open_signature(signature or "", key or "")
    except BadSignature:
        raise refused("DP00800001026", 403) from None
    if opened != request.get_data(cache=True):
        raise refused("DP00800001026", 403)


def body() -> dict[str, object]:
    """The JSON object of the request; refuses anything else."""
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise refused("ESB000008")
    return found


def inner(sent: dict[str, object], name: str) -> dict[str, object]:
    """An object inside the request; refuses its absence."""
    found = sent.get(name)
    if not isinstance(found, dict):
        raise refused("ESB000008")
    return found


def carry_out(moment: Moment, process: Callable[[], Response], msisdn: str | None = None) -> Response:
    """Answer a call the way the faults of this moment want it; refusals inside `process` are answers too."""

    def guarded() -> Response:
        try:
            return process()
        except Refused as refusal:
            return refusal.response

    return faulty.answer(world().faults.take(Operator.AIRTEL, moment, msisdn), guarded, _failure)


def _failure(kind: Kind) -> Response:
    match kind:
        case Kind.DOWN:
            return Response("<html><body><h1>503 Service Unavailable</h1></body></html>", 503, mimetype="text/html")
        case Kind.RATE_LIMITED:
            response = jsonify(status=envelope("ESB000011", success=False, http=429))
            response.status_code = 429
            return response
        case Kind.TOKEN_EXPIRED:
            world().airtel_access.take_back(bearer_token())
            return unauthorised()
        case _:
            return error("ESB000001", 500)
