"""Counters for tries, kept in PostgreSQL so that they hold across processes and restarts.

Keys are hashed: a phone number or an address never stands in the table.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base
from app.core.ticks import slot_of


class CounterRow(Base):
    """How often something was tried in one window of time."""

    __tablename__ = "counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int]


_HIT = text(
    "insert into counter as c (key, since, expires_at, tries) values (:key, :since, :expires_at, 1) "
    "on conflict (key, since) do update set tries = c.tries + 1 returning tries"
)
_SEEN = text("select tries from counter where key = :key and since = :since")


def hit(session: Session, key: str, window: timedelta, at: datetime) -> int:
    """Count one try of `key` in the window that `at` falls in; how many there are now. Counts once committed."""
    since = slot_of(at, window)
    row = {"key": _hashed(key), "since": since, "expires_at": since + window}
    return int(session.execute(_HIT, row).scalar_one())


def seen(session: Session, key: str, window: timedelta, at: datetime) -> int:
    """How often `key` was tried in this window, without counting."""
    row = {"key": _hashed(key), "since": slot_of(at, window)}
    return int(session.execute(_SEEN, row).scalar() or 0)


def forget(session: Session, key: str) -> None:
    """Clear the count, for instance after a right password."""
    session.execute(text("delete from counter where key = :key"), {"key": _hashed(key)})


def forget_expired(session: Session, at: datetime) -> None:
    """Drop windows that have ended; a job of the clock."""
    session.execute(text("delete from counter where expires_at < :at"), {"at": at})


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
