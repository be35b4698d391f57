"""What each provider's statement looks like: the names of its columns, and its words for what we tell apart. Data."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A provider's CSV. Every field but the words names a column; one that is empty says that there is no such column.

    `theirs`, `ours`: who names a line how; for what went back, the columns `…_of_refund`, if they are others.
    `withdrawn`: the column of what went out, where money in and out are not one column with a sign.
    `money`: the currency of all lines. `whole`: the currencies that are counted in minor units.
    `seconds`: moments are seconds since 1970. `zone`: in which moments without an offset are, and days are counted.
    `typed`: payers type our reference by themselves, so that spaces and small letters in it mean nothing.
    `at_once`: charges leave the balance when they arise, not at the settlement; `charges` are lines of nothing else.
    `payouts`: lines of what was paid out to the bank. Without `running` only the ends say how the balance stands.
    """

    title: str
    at: str
    theirs: str
    ours: str
    kind: str
    status: str
    amount: str
    balance: str
    succeeded: frozenset[str]
    refunds: frozenset[str]
    charge: str = ""
    net: str = ""
    currency: str = ""
    withdrawn: str = ""
    theirs_of_refund: str = ""
    ours_of_refund: str = ""
    money: str = ""
    whole: frozenset[str] = frozenset()
    seconds: bool = False
    zone: ZoneInfo | None = None
    typed: bool = False
    at_once: bool = False
    running: bool = True
    charges: frozenset[str] = frozenset()
    payouts: frozenset[str] = frozenset()
    opening: str = "OPENING_BALANCE"
    closing: str = "CLOSING_BALANCE"


SHAPES: Mapping[str, Shape] = {
    "mtn_momo": Shape(
        title="MTN Mobile Money",
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
    # A refund has no id of ours at Airtel: it quotes the reference of the payment.
    "airtel_money": Shape(
        title="Airtel Money",
        at="transaction_date",
        theirs="airtel_money_id",
        ours="transaction_id",
        ours_of_refund="reference",
        kind="transaction_type",
        status="transaction_status",
        amount="amount",
        charge="fee",
        currency="currency",
        balance="balance",
        succeeded=frozenset({"TS"}),
        refunds=frozenset({"REFUND"}),
    ),
    "mpesa": Shape(
        title="M-Pesa",
        at="Completion Time",
        theirs="Receipt No.",
        ours="A/C No.",
        kind="Reason Type",
        status="Transaction Status",
        amount="Paid In",
        withdrawn="Withdrawn",
        balance="Balance",
        money="KES",
        zone=ZoneInfo("Africa/Nairobi"),
        typed=True,
        at_once=True,
        succeeded=frozenset({"Completed"}),
        refunds=frozenset({"Transaction Reversal"}),
        charges=frozenset({"Pay Bill Charge"}),
        payouts=frozenset({"Organization Settlement Account"}),
    ),
    "irembopay": Shape(
        title="IremboPay",
        at="paidAt",
        theirs="paymentReference",
        ours="transactionId",
        kind="type",
        status="paymentStatus",
        amount="amount",
        charge="fee",
        currency="currency",
        balance="balance",
        succeeded=frozenset({"PAID"}),
        refunds=frozenset({"REFUND"}),
    ),
    # Balance transactions. The status says when the money can be paid out; what stands here has moved.
    "stripe": Shape(
        title="Stripe",
        at="created",
        theirs="payment_intent",
        theirs_of_refund="source",
        ours="reference_id",
        kind="type",
        status="status",
        amount="amount",
        charge="fee",
        net="net",
        currency="currency",
        balance="net",
        whole=frozenset({"RWF", "KES", "EUR", "USD"}),
        seconds=True,
        at_once=True,
        running=False,
        succeeded=frozenset({"available", "pending"}),
        refunds=frozenset({"refund", "refund_failure"}),
        payouts=frozenset({"payout"}),
    ),
}
"""By our code of the provider. One more provider is one more shape here."""

AT_ONCE = frozenset(code for code, shape in SHAPES.items() if shape.at_once)
"""The providers whose charges the bank never sees."""
