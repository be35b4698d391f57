"""The Messages resource over HTTP, as Twilio documents it."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from sandbox import faults, faulty
from sandbox.faults import Kind, Moment
from sandbox.sms.gateway import Draft, Search
from sandbox.sms.message import API_VERSION, Message, resource
from sandbox.sms.triggers import fate_of
from sandbox.world import world

pages = Blueprint("sms", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")

_E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_LONGEST = 1600
_DAY = 86400


class Refused(Exception):
    """The call gets this status, Twilio error code and message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def _error(refusal: Refused) -> Response:
    response = jsonify(
        code=refusal.code,
        message=refusal.message,
        more_info=f"https://www.twilio.com/docs/errors/{refusal.code}",
        status=refusal.status,
    )
    response.status_code = refusal.status
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response


def _carry_out(moment: Moment, process: Callable[[], Response], account_sid: str, to: str | None = None) -> Response:
    def guarded() -> Response:
        try:
            _check(account_sid)
            return process()
        except Refused as refusal:
            return _error(refusal)

    msisdn = to.lstrip("+") if to else None
    return faulty.answer(world().faults.take(faults.Operator.SMS, moment, msisdn), guarded, _failure)


def _failure(kind: Kind) -> Response:
    match kind:
        case Kind.DOWN:
            return _error(Refused(503, 20503, "Service unavailable"))
        case Kind.RATE_LIMITED:
            return _error(Refused(429, 20429, "Too Many Requests"))
        case _:
            return _error(Refused(500, 20500, "An internal server error has occurred"))


def _check(account_sid: str) -> None:
    account, given = world().settings.sms, request.authorization
    if given is None or given.username != account.sid or not _same(given.password, account.token):
        raise Refused(401, 20003, "Authenticate")
    if account_sid != account.sid:
        raise Refused(404, 20404, f"The requested resource /{API_VERSION}/Accounts/{account_sid} was not found")


def _same(given: str | None, expected: str) -> bool:
    return secrets.compare_digest((given or "").encode(), expected.encode())


@pages.post("/Messages.json")
def create(account_sid: str) -> Response:
    return _carry_out(Moment.REQUEST, _create, account_sid, request.form.get("To"))


def _create() -> Response:
    draft = _draft()
    fate = fate_of(draft.to_number)
    if fate.http is not None and fate.code is not None:
        raise Refused(fate.http, fate.code, f"{fate.message}: {draft.to_number}")
    response = jsonify(resource(world().gateway.take_in(draft), world().settings.sms))
    response.status_code = 201
    return response


def _draft() -> Draft:
    to, sender = request.form.get("To", ""), request.form.get("From", "")
    service, body = request.form.get("MessagingServiceSid"), request.form.get("Body", "")
    if not to:
        raise Refused(400, 21604, "A 'To' phone number is required.")
    if not _E164.fullmatch(to):
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not sender and not service:
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if not body:
        raise Refused(400, 21602, "Message body is required.")
    if len(body) > _LONGEST:
        raise Refused(400, 21617, f"The concatenated message body exceeds the {_LONGEST} character limit")
    callback = request.form.get("StatusCallback")
    if callback and not re.match(r"https?://[^/]", callback):
        raise Refused(400, 21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
    return Draft(to_number=to, from_number=sender, body=body, service=service, callback=callback)


@pages.get("/Messages/<sid>.json")
def fetch(account_sid: str, sid: str) -> Response:
    message = world().gateway.find(sid)
    return _carry_out(Moment.STATUS, lambda: _fetch(message), account_sid, message.to_number if message else None)


def _fetch(message: Message | None) -> Response:
    if message is None:
        raise Refused(404, 20404, f"The requested resource {request.path} was not found")
    return jsonify(resource(message, world().settings.sms))


@pages.get("/Messages.json")
def listed(account_sid: str) -> Response:
    return _carry_out(Moment.LIST, _listed, account_sid, request.args.get("To"))


def _listed() -> Response:
    size = min(max(_whole("PageSize", 50), 1), 1000)
    token = request.args.get("PageToken", "")
    before = int(token[2:]) if re.fullmatch(r"PA[0-9]{1,15}", token, re.ASCII) else None
    since, until = _times()
    search = Search(to_number=request.args.get("To"), from_number=request.args.get("From"),
                    since=since, until=until, before=before, limit=size + 1)  # fmt: skip
    found = world().gateway.search(search)
    shown, more = found[:size], len(found) > size
    page = _whole("Page", 0)
    return jsonify(
        end=page * size + max(len(shown) - 1, 0),
        first_page_uri=_uri(Page=0, PageSize=size),
        messages=[resource(message, world().settings.sms) for message in shown],
        next_page_uri=_uri(Page=page + 1, PageSize=size, PageToken=f"PA{shown[-1].number}") if more else None,
        page=page,
        page_size=size,
        previous_page_uri=None,
        start=page * size,
        uri=_uri(Page=page, PageSize=size),
    )


def _times() -> tuple[float | None, float | None]:
    """From when to when, by DateSent (that whole day in UTC), DateSent> and DateSent<."""
    day = _moment("DateSent")
    if day is not None:
        start = day - day % _DAY
        return start, start + _DAY - 0.001
    return _moment("DateSent>"), _moment("DateSent<")


def _moment(name: str) -> float | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, 20001, f"{name} is not a valid date: {text}") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _whole(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else usual


def _uri(**changed: object) -> str:
    kept = {name: value for name, value in request.args.items() if name not in ("Page", "PageSize", "PageToken")}
    return f"{request.path}?{urlencode({**kept, **changed})}"
