"""What every call of the operator's API has in common: headers, errors, faults."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Response, jsonify, request

from sandbox import faults, faulty
from sandbox.faults import Kind, Moment
from sandbox.mtn.access import ApiUser
from sandbox.mtn.answers import message
from sandbox.world import world

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class Refused(Exception):
    """The call gets this answer and has no effect."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def refused(status: int, code: str, text: str | None = None) -> Refused:
    """A refusal with MTN's ErrorReason body."""
    return Refused(error(status, code, text))


def error(status: int, code: str, text: str | None = None) -> Response:
    """MTN's ErrorReason body under `status`."""
    response = jsonify(code=code, message=text or message(code))
    response.status_code = status
    return response


def unauthorised(text: str) -> Refused:
    """401 as for a token that is missing, wrong or too old."""
    response = jsonify(error=text)
    response.status_code = 401
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return Refused(response)


def check_subscription(product: str) -> None:
    """Refuse a call without the product's subscription key, as the API gateway in front does."""
    key = request.headers.get("Ocp-Apim-Subscription-Key")
    if key == world().access.subscription_key(product):
        return
    state = "missing" if key is None else "invalid"
    response = jsonify(statusCode=401, message=f"Access denied due to {state} subscription key.")
    response.status_code = 401
    raise Refused(response)


def bearer_token() -> str:
    """The token of the Authorization header, or an empty text."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller(product: str) -> ApiUser:
    """Who calls; refuses a wrong key, token or target environment."""
    check_subscription(product)
    user = world().access.bearer(bearer_token(), product)
    if user is None:
        raise unauthorised("invalid_token")
    target = request.headers.get("X-Target-Environment")
    if not target:
        raise refused(400, "VALIDATION_ERROR", "X-Target-Environment is missing.")
    if target != user.target:
        raise refused(500, "NOT_ALLOWED_TARGET_ENVIRONMENT")
    return user


def uuid4(text: str | None) -> str:
    """A reference id in lower case; refuses what is no UUID of version 4."""
    if text is None or not _UUID4.fullmatch(text):
        raise refused(400, "VALIDATION_ERROR", "The reference id must be a UUID of version 4.")
    return text.lower()


def callback_url(user: ApiUser) -> str | None:
    """The X-Callback-Url, which may be left out; a host other than the provisioned one refuses the whole call."""
    url = request.headers.get("X-Callback-Url")
    if not url:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if host != user.callback_host.lower():
        raise refused(500, "INVALID_CALLBACK_URL_HOST")
    return url


def body() -> dict[str, object]:
    """The JSON object of the request; refuses anything else."""
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise refused(400, "VALIDATION_ERROR", "The body must be a JSON object.")
    return found


def carry_out(moment: Moment, process: Callable[[], Response], msisdn: str | None = None) -> Response:
    """Answer a call the way the faults of this moment want it; refusals inside `process` are answers too."""

    def guarded() -> Response:
        try:
            return process()
        except Refused as refusal:
            return refusal.response

    return faulty.answer(world().faults.take(faults.Operator.MTN, moment, msisdn), guarded, _failure)


def _failure(kind: Kind) -> Response:
    match kind:
        case Kind.DOWN:
            return Response("<html><body><h1>503 Service Unavailable</h1></body></html>", 503, mimetype="text/html")
        case Kind.RATE_LIMITED:
            response = jsonify(statusCode=429, message="Rate limit is exceeded. Try again in 1 seconds.")
            response.status_code = 429
            response.headers["Retry-After"] = "1"
            return response
        case Kind.TOKEN_EXPIRED:
            world().access.take_back(bearer_token())
            return unauthorised("token_expired").response
        case _:
            return error(500, "INTERNAL_PROCESSING_ERROR")
