"""A provider's statement as CSV, read by its shape. Pure."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.money import Money
from app.payments.reconciliation.shapes import SHAPES, Shape
from app.payments.reconciliation.statement import (
    LineKind,
    Statement,
    StatementLine,
    UnreadableStatement,
    read_money,
    read_units,
)

MOST_LINES = 200_000
MOST_DAYS = timedelta(days=92)
_LONGEST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_csv(provider: str, content: bytes, zone: ZoneInfo) -> Statement:
    """The statement in `content`; days are of `zone`, or of the provider's own. Raises UnreadableStatement only."""
    shape = SHAPES[provider]
    lines: list[StatementLine] = []
    ends: list[tuple[Money, datetime]] = []
    for row in _rows(content):
        word = _cell(row, shape.kind)
        if word == (shape.closing if ends else shape.opening) and len(ends) < 2:
            ends.append((_money(row, shape.balance, shape), _moment(row, shape, zone)))
        elif len(ends) != 1 or len(lines) >= MOST_LINES:
            raise UnreadableStatement
        else:
            lines.append(_line(row, shape, zone))
    if len(ends) != 2:
        raise UnreadableStatement
    (opening, begins), (closing, until) = ends
    if until < begins or until - begins > MOST_DAYS:
        raise UnreadableStatement
    if len({closing.currency, opening.currency, *(line.amount.currency for line in lines)}) != 1:
        raise UnreadableStatement
    return Statement(opening=opening, closing=closing, lines=tuple(lines), covers=(begins.date(), until.date()))


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
        yield from csv.DictReader(io.StringIO(text), strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableStatement from error


def _line(row: dict[str, str], shape: Shape, zone: ZoneInfo) -> StatementLine:
    at, kind = _moment(row, shape, zone), _kind(_cell(row, shape.kind), shape)
    back = kind is LineKind.REFUND
    amount, charge = _moved(row, shape, kind)
    return StatementLine(
        day=at.date(),
        at=at,
        ours=_ours(row, shape.ours_of_refund if back and shape.ours_of_refund else shape.ours, shape),
        theirs=_cell(row, shape.theirs_of_refund if back and shape.theirs_of_refund else shape.theirs),
        kind=kind,
        succeeded=_cell(row, shape.status) in shape.succeeded,
        amount=amount,
        charge=charge,
        balance=_money(row, shape.balance, shape) if shape.running else None,
        at_once=shape.at_once,
    )


def _kind(word: str, shape: Shape) -> LineKind:
    if word in shape.charges:
        return LineKind.CHARGE
    if word in shape.payouts:
        return LineKind.SETTLEMENT
    return LineKind.REFUND if word in shape.refunds else LineKind.PAYMENT


def _moved(row: dict[str, str], shape: Shape, kind: LineKind) -> tuple[Money, Money]:
    """What a line moves, and what of it is a charge; a line of nothing but a charge moves nothing besides."""
    amount = _amount(row, shape)
    zero = Money.zero(amount.currency)
    charge = _money(row, shape.charge, shape) if shape.charge else zero
    if shape.net and amount - charge != _money(row, shape.net, shape):
        raise UnreadableStatement
    return (zero, zero - amount) if kind is LineKind.CHARGE else (amount, charge)


def _amount(row: dict[str, str], shape: Shape) -> Money:
    if not shape.withdrawn:
        return _money(row, shape.amount, shape)
    column = shape.amount if _cell(row, shape.amount) else shape.withdrawn
    found = _money(row, column, shape)
    # Some print what went out with a sign, some without.
    return found if column == shape.amount else Money(-abs(found.minor), found.currency)


def _ours(row: dict[str, str], column: str, shape: Shape) -> str:
    found = _cell(row, column)
    return found.replace(" ", "").upper() if shape.typed else found


def _money(row: dict[str, str], column: str, shape: Shape) -> Money:
    text, currency = _cell(row, column).replace(",", ""), shape.money or _cell(row, shape.currency).upper()
    if not shape.whole:
        return read_money(text, currency)
    if currency not in shape.whole:
        raise UnreadableStatement
    return read_units(text, currency)


def _cell(row: dict[str, str], column: str) -> str:
    found = row.get(column)
    if not isinstance(found, str) or len(found) > _LONGEST or "\0" in found:
        raise UnreadableStatement
    return found.strip()


def _moment(row: dict[str, str], shape: Shape, zone: ZoneInfo) -> datetime:
    """A moment in the zone in which days are counted; one without an offset is in it."""
    text, counted = _cell(row, shape.at), shape.zone or zone
    try:
        found = _EPOCH + timedelta(seconds=int(text)) if shape.seconds else datetime.fromisoformat(text)
        local = found.astimezone(counted) if found.tzinfo else found.replace(tzinfo=counted)
        local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableStatement from error
    if not 2000 <= local.year <= 2200:
        raise UnreadableStatement
    return local
