"""A stored message in words, in the language spoken now: texts filled with what is known at this moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.config import Settings
from app.core.language import Localised, long_date, long_datetime, short_date
from app.core.money import Money
from app.courts import Pack
from app.notify import account_texts, filing_texts, waiver_texts
from app.notify.kinds import ABOUT_ACCOUNT, ABOUT_REFUND, TO_PAY, Kind
from app.notify.templates import Template, Wording, word

TEXTS: Mapping[Kind, Template] = {**filing_texts.TEXTS, **waiver_texts.TEXTS, **account_texts.TEXTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all messages of this portal share. `mail_domain` ends each Message-ID; `court_name` takes a court's code."""

    zone: ZoneInfo
    help_phone: str
    public_url: str
    judiciary_name: str
    mail_domain: str
    callback_url: str
    court_name: Callable[[str], Localised | None]


def letterhead_of(settings: Settings, pack: Pack) -> Letterhead:
    """The letterhead of this installation."""
    return Letterhead(
        zone=pack.zone,
        help_phone=settings.help_phone,
        public_url=settings.public_url,
        judiciary_name=settings.judiciary_name,
        mail_domain=parseaddr(settings.mail_from)[1].rpartition("@")[2],
        callback_url=settings.callback_url,
        court_name=lambda code: pack.courts[code].name if code in pack.courts else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A stored message with the case number of this moment ("" while there is none)."""

    kind: Kind
    params: Mapping[str, Any]
    subject: UUID
    case_id: UUID | None
    court_code: str | None
    created_at: datetime
    case_number: str


def worded(news: News, letterhead: Letterhead, *, token: str = "") -> Wording:
    """The message in words; `token` ends its text message."""
    return word(TEXTS[news.kind], _values(news, letterhead), token=token)


def link(news: News) -> str | None:
    """The path of the page that the message's button opens; None for most news of an account."""
    if news.kind is Kind.ADVOCATE_REFUSED:
        return "/account/advocate"
    if news.kind in ABOUT_ACCOUNT:
        return None
    if news.kind is Kind.ACCEPTED and news.case_id is not None:
        return f"/cases/{news.case_id}"
    obligation = news.params.get("obligation_id")
    if news.kind in ABOUT_REFUND and obligation:
        return f"/pay/{obligation}/status"
    return f"/pay/{obligation}" if news.kind in TO_PAY and obligation else f"/filings/{news.subject}"


def token_of(delivery_id: UUID) -> str:
    """Seven letters that end a text message: "#4Q7ZK2". Taken from the random end of the id (Crockford's base 32)."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "#" + "".join(letters[(delivery_id.int >> shift) & 31] for shift in range(25, -1, -5))


def _values(news: News, letterhead: Letterhead) -> dict[str, str]:
    values = {
        "number": str(news.params.get("number", "")),
        "case_number": news.case_number,
        "phone": letterhead.help_phone,
        "at": long_datetime(news.created_at, letterhead.zone),
        "court": str(letterhead.court_name(news.court_code or "") or ""),
    }
    values |= _amount(news.params) | _until(news.params, letterhead.zone) | _received(news.params, letterhead.zone)
    return values


def _amount(params: Mapping[str, Any]) -> dict[str, str]:
    if "amount_minor" not in params:
        return {}
    return {"amount": str(Money(int(params["amount_minor"]), str(params["currency"])))}


def _received(params: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str]:
    if "received_at" not in params:
        return {}
    moment = datetime.fromisoformat(params["received_at"])
    local = moment.astimezone(zone)
    return {
        "received": long_datetime(moment, zone),
        "received_short": f"{short_date(local.date())} {local:%H:%M}",
    }


def _until(params: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str]:
    if "until" not in params:
        return {}
    day, hour = last_day(datetime.fromisoformat(params["until"]), zone)
    return {"until": f"{long_date(day)}{hour}", "until_short": f"{short_date(day)}{hour}"}


def last_day(until: datetime, zone: ZoneInfo) -> tuple[date, str]:
    """The last day before `until` (the first instant that is too late), and " HH:MM" when it isn't the whole day."""
    local = until.astimezone(zone)
    day = (local - timedelta(microseconds=1)).date()
    return (day, "") if local.time() == time.min else (day, f" {local:%H:%M}")
