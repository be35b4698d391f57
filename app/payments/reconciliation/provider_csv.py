"""A provider's statement as CSV: one shape for each provider, which says what its columns are called. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.money import Money
from app.payments.reconciliation.statement import (
    LineKind,
    Statement,
    StatementLine,
    UnreadableStatement,
    read_money,
)

MOST_LINES = 200_000
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The names of a provider's columns, and its words for what we need to tell apart."""

    at: str
    theirs: str
    ours: str
    kind: str
    status: str
    amount: str
    charge: str
    currency: str
    balance: str
    succeeded: frozenset[str]
    refunds: frozenset[str]
    opening: str = "OPENING_BALANCE"
    closing: str = "CLOSING_BALANCE"


SHAPES: Mapping[str, Shape] = {
    "mtn_momo": Shape(
        at="date",
        theirs="financialTransactionId",
        ours="externalId",
        kind="type",
        status="status",
        amount="amount",
        charge="fee",
        currency="currency",
        balance="balance",
        succeeded=frozenset({"SUCCESSFUL"}),
        refunds=frozenset({"REFUND"}),
    ),
}
"""By our code of the provider. One more provider is one more shape here."""


def read_csv(provider: str, content: bytes, zone: ZoneInfo) -> Statement:
    """The statement in `content`; days are of `zone`. Raises UnreadableStatement, and nothing else."""
    shape = SHAPES[provider]
    lines: list[StatementLine] = []
    opening: Money | None = None
    closing: Money | None = None
    for row in _rows(content):
        word = _cell(row, shape.kind)
        if word == shape.opening and opening is None and not lines:
            opening = _money(row, shape.balance, shape)
        elif word == shape.closing and closing is None:
            closing = _money(row, shape.balance, shape)
        elif opening is None or closing is not None or len(lines) >= MOST_LINES:
            raise UnreadableStatement
        else:
            lines.append(_line(row, shape, zone))
    if opening is None or closing is None or len({m.currency for m in (opening, closing, *_amounts(lines))}) != 1:
        raise UnreadableStatement
    return Statement(opening=opening, closing=closing, lines=tuple(lines))


def _amounts(lines: list[StatementLine]) -> Iterator[Money]:
    return (line.amount for line in lines)


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
        yield from csv.DictReader(io.StringIO(text), strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableStatement from error


def _line(row: dict[str, str], shape: Shape, zone: ZoneInfo) -> StatementLine:
    at = _moment(_cell(row, shape.at), zone)
    return StatementLine(
        day=at.astimezone(zone).date(),
        at=at,
        ours=_cell(row, shape.ours),
        theirs=_cell(row, shape.theirs),
        kind=LineKind.REFUND if _cell(row, shape.kind) in shape.refunds else LineKind.PAYMENT,
        succeeded=_cell(row, shape.status) in shape.succeeded,
        amount=_money(row, shape.amount, shape),
        charge=_money(row, shape.charge, shape),
        balance=_money(row, shape.balance, shape),
    )


def _money(row: dict[str, str], column: str, shape: Shape) -> Money:
    return read_money(_cell(row, column).replace(",", ""), _cell(row, shape.currency))


def _cell(row: dict[str, str], column: str) -> str:
    found = row.get(column)
    if not isinstance(found, str) or len(found) > _LONGEST or "\0" in found:
        raise UnreadableStatement
    return found.strip()


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO moment; one without an offset is in the court's zone."""
    try:
        found = datetime.fromisoformat(text)
        aware = found if found.tzinfo else found.replace(tzinfo=zone)
        aware.astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise UnreadableStatement from error
    if not 2000 <= aware.year <= 2200:
        raise UnreadableStatement
    return aware
