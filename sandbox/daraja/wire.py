"""What every call of Daraja has in common: the token, errors, faults."""

from collections.abc import Callable
from uuid import uuid4

from flask import Response, jsonify, request

from sandbox import faults, faulty
from sandbox.faults import Kind, Moment
from sandbox.world import world

_MESSAGES = {
    "400.002.02": "Bad Request - Invalid request",
    "404.001.03": "Invalid Access Token",
    "500.001.1001": "The transaction is being processed",
    "500.002.1001": "Internal Server Error",
    "500.003.02": "Error Occurred: Spike Arrest Violation",
}


class Refused(Exception):
    """The call gets this answer and has no effect."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def error(code: str, text: str | None = None) -> Response:
    """Daraja's error body; the first three digits of its code are the HTTP status."""
    response = jsonify(requestId=str(uuid4()), errorCode=code, errorMessage=text or _MESSAGES[code])
    response.status_code = int(code[:3])
    return response


def refused(code: str, text: str | None = None) -> Refused:
    """A refusal with that error."""
    return Refused(error(code, text))


def wrong(field: str) -> Refused:
    """A refusal that names the field."""
    return refused("400.002.02", f"Bad Request - Invalid {field}")


def bearer_token() -> str:
    """The token of the Authorization header, or an empty text."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def check_token() -> None:
    """Refuse a call without a good token."""
    if not world().daraja_access.is_good(bearer_token()):
        raise refused("404.001.03")


def body() -> dict[str, object]:
    """The JSON object of the request; refuses anything else."""
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise refused("400.002.02", "Bad Request - Invalid JSON")
    return found


def text(sent: dict[str, object], field: str, most: int = 200) -> str:
    """A text that must be there, of at most so many characters."""
    found = sent.get(field)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not found or len(found) > most:
        raise wrong(field)
    return found


def carry_out(moment: Moment, process: Callable[[], Response], msisdn: str | None = None) -> Response:
    """Answer a call the way the faults of this moment want it; refusals inside `process` are answers too."""

    def guarded() -> Response:
        try:
            return process()
        except Refused as refusal:
            return refusal.response

    return faulty.answer(world().faults.take(faults.Operator.DARAJA, moment, msisdn), guarded, _failure)


def _failure(kind: Kind) -> Response:
    match kind:
        case Kind.DOWN:
            return Response("<html><body><h1>503 Service Unavailable</h1></body></html>", 503, mimetype="text/html")
        case Kind.RATE_LIMITED:
            return error("500.003.02")
        case Kind.TOKEN_EXPIRED:
            world().daraja_access.take_back(bearer_token())
            return error("404.001.03")
        case _:
            return error("500.002.1001")
