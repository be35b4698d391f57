"""How far a message has come, in words for its reader."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.core.language import T, Text, long_datetime
from app.notify.queries import Way
from app.notify.status import Channel, DeliveryStatus, Failure

_WAITS = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SENDING})

_WORDS: Mapping[tuple[Channel, str], Text] = {
    (Channel.SMS, "waits"): T("Text message: on its way."),
    (Channel.SMS, "retrying"): T("Text message: not through yet. We keep trying."),
    (Channel.SMS, "sent"): T("Text message: sent %(at)s."),
    (Channel.SMS, "delivered"): T("Text message: reached your phone %(at)s."),
    (Channel.SMS, "failed"): T("Text message: we could not reach your phone."),
    (Channel.SMS, "overtaken"): T("Text message: not sent, because newer news came first."),
    (Channel.EMAIL, "waits"): T("E-mail: on its way."),
    (Channel.EMAIL, "retrying"): T("E-mail: not through yet. We keep trying."),
    (Channel.EMAIL, "sent"): T("E-mail: sent %(at)s."),
    (Channel.EMAIL, "failed"): T("E-mail: we could not reach your address."),
    (Channel.EMAIL, "overtaken"): T("E-mail: not sent, because newer news came first."),
}


def said(way: Way, zone: ZoneInfo) -> str:
    """One sentence on an SMS or e-mail, in the language spoken now."""
    text = _WORDS[way.channel, _key(way)]
    return str(Text(text.message, {"at": long_datetime(way.at, zone) if way.at else ""}))


def _key(way: Way) -> str:
    if way.status in _WAITS:
        return "waits"
    return "overtaken" if way.failure is Failure.OVERTAKEN else way.status.value
