"""What every call has in common: the key, errors, idempotency, faults."""

import secrets
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, request

from sandbox import faults, faulty
from sandbox.faults import Kind, Moment, Taken
from sandbox.stripe.form import BadForm, read
from sandbox.stripe.keys import BROKEN, Kept, Keyed, KeyMisused
from sandbox.world import world

_LONGEST_KEY = 255


class Refused(Exception):
    """The call gets this answer and has no effect."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def refused(status: int, text: str, code: str | None = None, param: str | None = None) -> Refused:
    """A refusal with Stripe's error object."""
    return Refused(error(status, text, code=code, param=param))


def error(status: int, text: str, *, kind: str = "invalid_request_error", **more: str | None) -> Response:
    """Stripe's error object under `status`."""
    return _response(status, {"error": {"message": text, "type": kind, **{k: v for k, v in more.items() if v}}})


def ok(body: dict[str, Any]) -> Response:
    """An object."""
    return _response(200, body)


def kept(answer: Kept) -> Response:
    """An answer to a POST, which says when it was given before."""
    response = _response(answer.status, answer.body)
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def parameters() -> dict[str, Any]:
    """What was posted, or asked for in the address."""
    text = request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
    try:
        return read(text)
    except (BadForm, ValueError) as problem:
        raise refused(400, f"Invalid request: {problem}") from None


def keyed(taken: Taken) -> Keyed:
    """The idempotency key of the call, and what must be the same when it comes again."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= _LONGEST_KEY:
        raise refused(400, "Idempotency-Key must have 1 to 255 characters")
    fingerprint = sha256(request.path.encode() + b"\0" + request.get_data()).hexdigest()
    now = world().clock.now()
    return Keyed(key=key, fingerprint=fingerprint, now=now, broken=Kind.ERROR_AFTER_ACCEPT in taken)


def carry_out(moment: Moment, process: Callable[[Taken], Response]) -> Response:
    """Answer a call the way the faults of this moment want it; refusals inside `process` are answers too."""
    taken = world().faults.take(faults.Operator.STRIPE, moment)

    def guarded() -> Response:
        try:
            _check_key()
            return process(taken)
        except Refused as refusal:
            return refusal.response
        except KeyMisused as misused:
            text = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{misused}' if you meant to execute a different request."
            )
            return error(400, text, kind="idempotency_error")

    return faulty.answer(taken, guarded, _failure)


def _failure(kind: Kind) -> Response:
    match kind:
        case Kind.DOWN:
            return Response("<html><body><h1>503 Service Unavailable</h1></body></html>", 503, mimetype="text/html")
        case Kind.RATE_LIMITED:
            return error(429, "Request rate limit exceeded.", code="rate_limit")
        case _:
            return _response(500, BROKEN)


def _check_key() -> None:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            sent = b64decode(sent).decode().partition(":")[0]
        except ValueError:
            sent = ""
    if not sent:
        raise refused(401, "You did not provide an API key.")
    if sent != world().settings.stripe.secret_key:
        raise refused(401, f"Invalid API Key provided: {sent[:8]}****")


def _response(status: int, body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
    for name in ("Idempotency-Key", "Stripe-Version"):
        if name in request.headers:
            response.headers[name] = request.headers[name]
    return response
