"""The database: one engine a process, short transactions opened at the edge, the actor told to PostgreSQL once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session

from app.core.actor import Actor
from app.core.errors import Unavailable

if TYPE_CHECKING:
    from app.core.events import Subscriptions

WAKE_CHANNEL = "ikirego_work"
_SET_ACTOR = text("select set_config('app.actor', :actor, true)")
_log = structlog.get_logger()


class Base(DeclarativeBase):
    """The parent of every table. Times are aware; names of constraints are predictable, so migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a class attribute
        datetime: TIMESTAMP(timezone=True),
        UUID: PG_UUID(as_uuid=True),
        dict[str, Any]: JSONB,
    }


def open_session(connection: Connection, subscriptions: "Subscriptions") -> Session:
    """A session on `connection` that knows which handlers hear which event."""
    session = Session(bind=connection, expire_on_commit=False)
    session.info["subscriptions"] = subscriptions
    return session


class Database:
    """One process's door to PostgreSQL. A request uses one connection at a time, so the pool equals the threads."""

    def __init__(self, url: str, *, subscriptions: "Subscriptions", pool_size: int = 8) -> None:
        """`url` as SQLAlchemy takes it (postgresql+psycopg://...); any postgres:// spelling is taken too."""
        self.url = driver_url(url)
        self.subscriptions = subscriptions
        self.engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=15,
            pool_pre_ping=False,
            connect_args={"connect_timeout": 5, "application_name": "ikirego"},
            hide_parameters=True,  # an error may be logged or kept beside a job; the words of people may not
        )
        self._read_engine = self.engine.execution_options(postgresql_readonly=True)

    @contextmanager
    def transaction(self, actor: Actor) -> Iterator[Session]:
        """One writing transaction for one command; commits at the end of the block, rolls back on any error.

        The wake-up for the workers is sent after the commit: inside it, it halves the commit rate.
        Raises Unavailable when the database can't be reached.
        """
        with self._connected(self.engine) as connection, open_session(connection, self.subscriptions) as session:
            with session.begin():
                session.execute(_SET_ACTOR, {"actor": actor.label()})
                yield session
            if session.info.get("wake"):
                self._wake(connection)

    @contextmanager
    def reading(self, actor: Actor | None = None) -> Iterator[Session]:
        """One READ ONLY transaction. Without `actor` the caller's first statement sets it (the person loader does)."""
        with (
            self._connected(self._read_engine) as connection,
            open_session(connection, self.subscriptions) as session,
            session.begin(),
        ):
            if actor is not None:
                session.execute(_SET_ACTOR, {"actor": actor.label()})
            yield session

    @contextmanager
    def snapshot(self, actor: Actor) -> Iterator[Session]:
        """One READ ONLY transaction that sees one instant, however many statements it takes; for long reads."""
        engine = self._read_engine.execution_options(isolation_level="REPEATABLE READ")
        with (
            self._connected(engine) as connection,
            open_session(connection, self.subscriptions) as session,
            session.begin(),
        ):
            session.execute(_SET_ACTOR, {"actor": actor.label()})
            yield session

    @contextmanager
    def _connected(self, engine: Any) -> Iterator[Connection]:
        try:
            connection = engine.connect()
        except (DBAPIError, PoolTimeout) as error:
            _log.warning("database_unreachable", error=type(error).__name__)
            raise Unavailable from error
        with connection:
            yield connection

    @staticmethod
    def _wake(connection: Connection) -> None:
        try:
            connection.exec_driver_sql(f"NOTIFY {WAKE_CHANNEL}")
            connection.commit()
        except DBAPIError:
            # A notification is only a hint: the workers poll as well.
            _log.warning("wake_up_not_sent")

    def owns_tables(self) -> bool:
        """Whether the app's role owns any table; then it could undo what the owner's role protects."""
        with self.reading() as session:
            owned = "select exists (select 1 from pg_tables where tableowner = current_user)"
            return bool(session.execute(text(owned)).scalar())

    def dispose(self) -> None:
        """Close the pool."""
        self.engine.dispose()


def driver_url(url: str) -> str:
    """`url` with the driver that we use spelled out."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url
