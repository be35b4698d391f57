"""The journal of a period as one file, read from one instant of the database."""

from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy.orm import Session

from app.payments.books.balances import trial_balance
from app.payments.books.beancount import beancount
from app.payments.books.entries import Period, entries
from app.payments.books.spreadsheet import spreadsheet

TITLE = "Court fees and payments"


class Format(StrEnum):
    """How the file is written."""

    BEANCOUNT = "beancount"
    CSV = "csv"


MEDIA_TYPES = {Format.BEANCOUNT: "text/plain; charset=utf-8", Format.CSV: "text/csv; charset=utf-8"}


def journal(session: Session, period: Period, form: Format) -> Iterator[str]:
    """The file, line by line. `session` must show one instant throughout (`Database.snapshot`)."""
    read = entries(session, period)
    if form is Format.CSV:
        yield from spreadsheet(read, period.zone)
        return
    opening = trial_balance(session, before=period.begins) if period.begins else {}
    closing = trial_balance(session, before=period.ends)
    yield from beancount(read, period, opening=opening, closing=closing, title=TITLE)
