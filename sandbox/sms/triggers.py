"""Which number does what at the SMS gateway. The tables are data: the front page prints them from here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a message: refused with (`http`, `code`), or taken in and moved through `states`.

    Each state comes so many seconds after the one before. `code` is the error code of the last state.
    """

    text: str
    http: int | None = None
    code: int | None = None
    message: str = ""
    states: tuple[tuple[str, float], ...] = (("sent", 0.2), ("delivered", 0.5))


def _refused(http: int, code: int, message: str) -> Fate:
    return Fate(text=f"refused: {http}, {code} {message}", http=http, code=code, message=message)


DELIVERED = Fate(text="queued, sent, delivered")
UNREACHABLE = Fate(
    text="sent, then undelivered: 30003, the handset is off", code=30003, states=(("sent", 0.2), ("undelivered", 0.5))
)

# By the last three digits of a Rwandan number. None of them means anything to the money operator.
ENDINGS: Mapping[str, Fate] = {
    "401": UNREACHABLE,
    "402": Fate(text="failed: 30006, no such line", code=30006, states=(("failed", 0.2),)),
    "403": _refused(400, 21211, "Invalid 'To' Phone Number"),
    "404": _refused(400, 21610, "Attempt to send to unsubscribed recipient"),
    "405": Fate(text="sent, and never heard of again", states=(("sent", 0.2),)),
    "406": _refused(429, 20429, "Too Many Requests"),
    "407": _refused(500, 20500, "An internal server error has occurred"),
    "408": Fate(text="delivered after two minutes", states=(("sent", 0.2), ("delivered", 120.0))),
}

# The numbers that Twilio's test credentials give a meaning to.
MAGIC: Mapping[str, Fate] = {
    "+15005550001": _refused(400, 21211, "Invalid 'To' Phone Number"),
    "+15005550002": _refused(400, 21612, "The 'To' phone number is not currently reachable via SMS"),
    "+15005550003": _refused(400, 21408, "Permission to send an SMS has not been enabled for the region"),
    "+15005550004": _refused(400, 21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": _refused(400, 21614, "'To' number is not a valid mobile number"),
}

_RWANDA = re.compile(r"\+2507[0-9]{8}", re.ASCII)


def fate_of(number: str) -> Fate:
    """What becomes of a message to this E.164 number."""
    if number in MAGIC:
        return MAGIC[number]
    return ENDINGS.get(number[-3:], DELIVERED) if _RWANDA.fullmatch(number) else DELIVERED
