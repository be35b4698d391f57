"""A request's transactions: a GET is one short read-only one; a command gets a writing one of its own."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import structlog
from flask import Flask, current_app, g
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.db import Database

_log = structlog.get_logger()


def database() -> Database:
    """This process's database."""
    found: Database = current_app.extensions["database"]
    return found


def clock() -> Clock:
    """This process's clock."""
    found: Clock = current_app.extensions["clock"]
    return found


def now() -> datetime:
    """The present moment."""
    return clock().now()


def received_at() -> datetime:
    """The moment the last byte of this request reached us (set once its body has been read)."""
    moment: datetime = g.received_at
    return moment


def reading() -> Session:
    """The request's one read-only session; the first use begins its transaction, the end of the request ends it."""
    if "reading" not in g:
        g.reading_block = database().reading()
        g.reading = g.reading_block.__enter__()
    session: Session = g.reading
    return session


def stop_reading() -> None:
    """End the read-only transaction, so that its connection is free for the command."""
    block: AbstractContextManager[Session] | None = g.pop("reading_block", None)
    g.pop("reading", None)
    if block is not None:
        try:
            block.__exit__(None, None, None)
        except SQLAlchemyError as error:
            # It has written nothing, so nothing is lost when its connection dies before its end.
            _log.warning("reading_ended_badly", error=type(error).__name__)


@contextmanager
def writing(actor: Actor | None = None) -> Iterator[Session]:
    """One writing transaction for one command, as the signed-in actor (or as `actor`); commits at the end."""
    stop_reading()
    with database().transaction(actor or g.actor) as session:
        yield session


def set_up_transactions(app: Flask, db: Database, process_clock: Clock) -> None:
    """Give the app its database and clock, and end what a request began."""
    app.extensions["database"] = db
    app.extensions["clock"] = process_clock

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        stop_reading()
