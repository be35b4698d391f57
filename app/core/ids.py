"""Identifiers: UUID version 7, so that keys grow in time order and indexes stay narrow (RFC 9562, 5.7)."""

import secrets
import time
from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
EventId = NewType("EventId", UUID)


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits. A name, never a secret."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
