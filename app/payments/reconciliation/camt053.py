"""A bank's statement as ISO 20022 camt.053 (any version of it); pure.

The reader takes no document type, no entities and nothing from the network: a statement has none of them.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml import etree

from app.core.money import Money
from app.payments.reconciliation.statement import (
    LineKind,
    Statement,
    StatementLine,
    UnreadableStatement,
    read_money,
)

PAID_IN_BY = {
    "MTN": "mtn_momo",
    "AIRTEL": "airtel_money",
    "MPESA": "mpesa",
    "STRIPE": "stripe",
    "IREMBOPAY": "irembopay",
}
"""The word by which a settlement's text names the provider."""

_SETTLEMENT = re.compile(r"SETTLEMENT ([A-Z]+) ([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)
_LONGEST = 200
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def read_camt053(content: bytes) -> Statement:
    """The one statement of one account in `content`. Raises UnreadableStatement, and nothing else."""
    statement = _statement(content)
    return Statement(
        opening=_balance(statement, _OPENING),
        closing=_balance(statement, _CLOSING),
        lines=tuple(_lines(statement)),
    )


def _statement(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableStatement from error
    found = _all(root, "BkToCstmrStmt", "Stmt")
    if root.getroottree().docinfo.doctype or len(found) != 1:
        raise UnreadableStatement
    return found[0]


def _lines(statement: Any) -> Iterator[StatementLine]:
    # An entry that isn't booked yet comes again when it is.
    return (_line(entry) for entry in _all(statement, "Ntry") if _status(entry) == "BOOK")


def _status(entry: Any) -> str:
    return _text(entry, "Sts", "Cd") or _text(entry, "Sts")


def _line(entry: Any) -> StatementLine:
    amount = _amount(entry)
    charge = _charge(entry, amount.currency)
    text = " ".join(_words(found) for found in _all(entry, "NtryDtls", "TxDtls", "RmtInf", "Ustrd"))[:_LONGEST]
    settles = _settles(text)
    return StatementLine(
        day=_day(_text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")[:10]),
        at=None,
        ours=_text(entry, "NtryDtls", "TxDtls", "Refs", "EndToEndId"),
        theirs=_text(entry, "AcctSvcrRef") or _text(entry, "NtryRef"),
        kind=LineKind.SETTLEMENT if settles else LineKind.OTHER,
        succeeded=True,
        amount=amount,
        charge=charge,
        text=text,
        settles=settles,
    )


def _settles(text: str) -> tuple[str, date] | None:
    found = _SETTLEMENT.search(text.upper())
    if found is None or found[1] not in PAID_IN_BY:
        return None
    return PAID_IN_BY[found[1]], _day(found[2])


def _charge(entry: Any, currency: str) -> Money:
    charge = Money.zero(currency)
    for record in _all(entry, "Chrgs", "Rcrd"):
        taken = _amount(record, sign=False)
        if taken.currency != currency:
            raise UnreadableStatement
        charge += taken
    return charge


def _balance(statement: Any, codes: tuple[str, ...]) -> Money:
    for balance in _all(statement, "Bal"):
        if _text(balance, "Tp", "CdOrPrtry", "Cd") in codes:
            return _amount(balance)
    raise UnreadableStatement


def _amount(parent: Any, *, sign: bool = True) -> Money:
    found = _all(parent, "Amt")
    if len(found) != 1:
        raise UnreadableStatement
    amount = read_money(_words(found[0]), found[0].get("Ccy", ""))
    side = _text(parent, "CdtDbtInd")
    if amount.minor < 0 or (sign and side not in ("CRDT", "DBIT")):
        raise UnreadableStatement
    return Money(-amount.minor, amount.currency) if sign and side == "DBIT" else amount


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableStatement from error


def _all(parent: Any, *names: str) -> list[Any]:
    """The descendants at this path, whatever namespace (the version of the message) they are in."""
    found = [parent]
    for name in names:
        found = [child for one in found for child in one.iterchildren(f"{{*}}{name}")]
    return found


def _text(parent: Any, *names: str) -> str:
    found = _all(parent, *names)
    return _words(found[0]) if found else ""


def _words(element: Any) -> str:
    return " ".join((element.text or "").split())[:_LONGEST]
