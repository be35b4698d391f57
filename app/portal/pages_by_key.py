"""Keys in addresses: the last line of a page, so that the next page begins right after it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

Key = tuple[datetime, UUID]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Seventeen digits of microseconds reach the year 5138, which every clock here can tell.
_FORM = re.compile(r"([0-9]{1,17})-([0-9a-f]{32})", re.ASCII)


def write_key(at: datetime, item_id: UUID) -> str:
    """The key of a line, for an address."""
    return f"{(at - _EPOCH) // _MICROSECOND}-{item_id.hex}"


def read_key(text: str) -> Key | None:
    """The key that stands in an address; None for anything that we did not write."""
    found = _FORM.fullmatch(text)
    return (_EPOCH + int(found[1]) * _MICROSECOND, UUID(found[2])) if found else None
