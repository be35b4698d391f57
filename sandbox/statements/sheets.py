"""How each operator prints the lines of an account: the columns of its CSV, by heading."""

from datetime import UTC, datetime

from sandbox import money
from sandbox.statements.account import Printed, Sheet


def _iso(one: Printed) -> str:
    return datetime.fromtimestamp(one.line.at, UTC).astimezone(one.zone).isoformat(timespec="seconds")


def _local(one: Printed) -> str:
    return datetime.fromtimestamp(one.line.at, UTC).astimezone(one.zone).strftime("%Y-%m-%d %H:%M:%S")


def _stamp(one: Printed) -> str:
    return str(int(one.line.at))


def _reference(one: Printed) -> str:
    return one.line.reference


def _external_id(one: Printed) -> str:
    return one.line.external_id


def _other(one: Printed) -> str:
    return one.line.other


def _type(one: Printed) -> str:
    return one.line.type


def _status(one: Printed) -> str:
    return one.line.status


def _payer(one: Printed) -> str:
    return one.line.payer


def _amount(one: Printed) -> str:
    return money.wire(one.line.units, one.currency)


def _charge(one: Printed) -> str:
    return money.wire(one.line.charge, one.currency)


def _balance(one: Printed) -> str:
    return money.wire(one.balance, one.currency)


def _currency(one: Printed) -> str:
    return one.currency


def _in(one: Printed) -> str:
    return _hundredths(one.line.units) if one.line.units > 0 else ""


def _out(one: Printed) -> str:
    return _hundredths(one.line.units) if one.line.units < 0 else ""


def _stands(one: Printed) -> str:
    return _hundredths(one.balance)


def _hundredths(units: int) -> str:
    """Shillings as M-Pesa prints them: "-1,500.00"."""
    return f"{units / 100:,.2f}"


def _details(one: Printed) -> str:
    line = one.line
    words = "Customer Transfer of Funds Charge" if line.is_charge else line.type
    return f"{words} {line.payer} Acc. {line.external_id}".strip() if line.reference else ""


def _net(one: Printed) -> str:
    """Stripe has no column for how the balance stands; a line that says it has it here."""
    return str(one.line.effect if one.line.reference else one.balance)


MTN = Sheet(
    columns={
        "date": _iso,
        "financialTransactionId": _reference,
        "externalId": _external_id,
        "type": _type,
        "status": _status,
        "amount": _amount,
        "fee": _charge,
        "currency": _currency,
        "balance": _balance,
        "payer": _payer,
    },
    standing=frozenset({"date", "type", "currency", "balance"}),
)

AIRTEL = Sheet(
    columns={
        "transaction_date": _iso,
        "airtel_money_id": _reference,
        "transaction_id": _external_id,
        "reference": _other,
        "transaction_type": _type,
        "transaction_status": _status,
        "amount": _amount,
        "fee": _charge,
        "currency": _currency,
        "balance": _balance,
        "msisdn": _payer,
    },
    standing=frozenset({"transaction_date", "transaction_type", "currency", "balance"}),
)

MPESA = Sheet(
    columns={
        "Receipt No.": _reference,
        "Completion Time": _local,
        "Initiation Time": _local,
        "Details": _details,
        "Transaction Status": _status,
        "Paid In": _in,
        "Withdrawn": _out,
        "Balance": _stands,
        "Balance Confirmed": lambda _: "TRUE",
        "Reason Type": _type,
        "Other Party Info": _payer,
        "Linked Transaction ID": _other,
        "A/C No.": _external_id,
    },
    standing=frozenset({"Completion Time", "Balance", "Reason Type"}),
)

IREMBOPAY = Sheet(
    columns={
        "paidAt": _iso,
        "paymentReference": _reference,
        "invoiceNumber": _other,
        "transactionId": _external_id,
        "type": _type,
        "paymentStatus": _status,
        "amount": _amount,
        "fee": _charge,
        "currency": _currency,
        "balance": _balance,
        "payer": _payer,
    },
    standing=frozenset({"paidAt", "type", "currency", "balance"}),
)

# Amounts are in Stripe's own units, and so are fee and net.
STRIPE = Sheet(
    columns={
        "id": lambda one: f"txn_{one.line.reference.partition('_')[2]}",
        "type": _type,
        "source": _reference,
        "amount": lambda one: str(one.line.units),
        "fee": lambda one: str(one.line.charge),
        "net": _net,
        "currency": lambda one: one.currency.lower(),
        "created": _stamp,
        "status": _status,
        "payment_intent": _other,
        "reference_id": _external_id,
    },
    standing=frozenset({"type", "net", "currency", "created"}),
)
