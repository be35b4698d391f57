"""Times as Daraja writes them."""

from datetime import datetime, timedelta, timezone

# Those of Nairobi, without a zone.
EAT = timezone(timedelta(hours=3), "EAT")


def stamp(moment: float) -> str:
    """A moment as YYYYMMDDHHmmss."""
    return datetime.fromtimestamp(moment, EAT).strftime("%Y%m%d%H%M%S")
