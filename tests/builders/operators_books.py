"""What every operator of the sandbox has taken and given back, in one form, by the names that the portal has for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.core.money import Money

# Reads one of the sandbox's pages of books, such as /books.
Read = Callable[[str], Any]
_PUSH = {"mtn": "mtn_momo", "airtel": "airtel_money"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """Money that left a payer: `name` is the attempt's reference id, at M-Pesa the operator's own name for it.

    `receipt` is the operator's number; `quoted` is the bill's number where the payer or we gave one.
    """

    rail: str
    name: str
    amount: Money
    receipt: str
    quoted: str
    prompted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Money that went back, of the payment `of` (its name as in Debit)."""

    rail: str
    of: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """The books of all of them at one moment."""

    debits: tuple[Debit, ...]
    returns: tuple[Return, ...]

    def held(self, rail: str) -> int:
        """What an operator holds for the court, in minor units."""
        taken = sum(one.amount.minor for one in self.debits if one.rail == rail)
        return taken - sum(one.amount.minor for one in self.returns if one.rail == rail)


def read_operators(read: Read) -> Operators:
    """All of them."""
    books, irembopay, stripe = read("/books"), read("/books/irembopay"), read("/books/stripe")
    debits = (
        *_pushed(books),
        *_mpesa(books["daraja"]),
        *_on_pages(irembopay, "irembopay"),
        *_on_pages(stripe, "stripe"),
    )
    returns = (*_pushed_back(books), *_reversed(books["daraja"]), *_carded_back(stripe))
    return Operators(debits=debits, returns=returns)


def _money(line: dict[str, Any]) -> Money:
    return Money(int(line["amount"]), str(line["currency"]))


def _pushed(books: dict[str, Any]) -> Iterator[Debit]:
    for line in books["debits"]:
        yield Debit(
            rail=_PUSH[line["operator"]],
            name=line["reference_id"],
            amount=_money(line),
            receipt=str(line["financial_transaction_id"]),
            quoted=line["external_id"],
        )


def _pushed_back(books: dict[str, Any]) -> Iterator[Return]:
    for line in books["payments"]:
        if line["kind"] == "refund" and line["status"] == "SUCCESSFUL":
            yield Return(rail=_PUSH[line["operator"]], of=line["refund_of"], amount=_money(line))


def _mpesa(books: dict[str, Any]) -> Iterator[Debit]:
    for line in books["payments"]:
        if line["result_code"] == "0":
            name, quoted = line["checkout_id"], line["account_reference"]
            yield Debit(rail="mpesa", name=name, amount=_money(line), receipt=line["receipt"], quoted=quoted)
    for line in books["bills"]:
        if line["result_code"] == "0":
            name, quoted = line["trans_id"], line["account"]
            yield Debit(rail="mpesa", name=name, amount=_money(line), receipt=name, quoted=quoted, prompted=False)


def _reversed(books: dict[str, Any]) -> Iterator[Return]:
    names = {one.receipt: one.name for one in _mpesa(books)}
    for line in books["reversals"]:
        if line["result_code"] == "0":
            yield Return(rail="mpesa", of=names[line["trans_id"]], amount=_money(line))


def _on_pages(books: dict[str, Any], rail: str) -> Iterator[Debit]:
    for line in books["debits"]:
        name = line["reference_id"]
        yield Debit(rail=rail, name=name, amount=_money(line), receipt=name, quoted="")


def _carded_back(books: dict[str, Any]) -> Iterator[Return]:
    names = {line["payment_intent"]: line["reference_id"] for line in books["payments"]}
    for line in books["refunds"]:
        if line["status"] == "succeeded":
            yield Return(rail="stripe", of=names[line["payment_intent"]], amount=_money(line))
