"""The accounts that the court has: one function an operator, which reads its movements."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sandbox.airtel.answers import status_word
from sandbox.airtel.orders import MERCHANT
from sandbox.daraja.payment import CURRENCY as SHILLINGS
from sandbox.daraja.stamps import EAT
from sandbox.faults import Operator
from sandbox.payment import SUCCESSFUL, Payment, from_row
from sandbox.statements import sheets
from sandbox.statements.account import CHARGE_RATE, Account, Line, Lines, charge_of
from sandbox.world import World


def mtn(world: World) -> Account:
    """MTN's transaction history of the court's collection account."""
    query = (
        "SELECT * FROM mtn_payments WHERE settled_at >= ? AND settled_at < ? AND target = ? AND currency = 'RWF'"
        " ORDER BY settled_at, reference_id"
    )
    lines = _read(world, query, lambda row: [_mtn_line(from_row(row))], world.settings.mtn.target)
    return Account(word="mtn", title="MTN Mobile Money", operator=Operator.MTN, sheet=sheets.MTN, lines=lines)


def airtel(world: World) -> Account:
    """Airtel's statement of the court's merchant account: by our id, and for what went back by the bill."""
    query = (
        "SELECT * FROM airtel_payments WHERE settled_at >= ? AND settled_at < ? AND target = ?"
        " ORDER BY settled_at, reference_id"
    )
    lines = _read(world, query, lambda row: [_airtel_line(from_row(row))], MERCHANT)
    return Account(word="airtel", title="Airtel Money", operator=Operator.AIRTEL, sheet=sheets.AIRTEL, lines=lines)


def daraja(world: World) -> Account:
    """The organisation's statement of the paybill at M-Pesa: prompts, payments by bill number, reversals, charges."""
    query = (
        "WITH paid AS (SELECT receipt, settled_at, amount, msisdn, account_reference AS account FROM daraja_payments"
        " WHERE code = '0' UNION ALL SELECT trans_id, settled_at, amount, msisdn, account FROM daraja_bills"
        " WHERE code = '0'), moved AS (SELECT *, NULL AS linked FROM paid UNION ALL"
        " SELECT 'S' || UPPER(SUBSTR(r.conversation_id, -9)), r.settled_at, -r.amount, paid.msisdn, paid.account,"
        " r.trans_id FROM daraja_reversals r JOIN paid ON paid.receipt = r.trans_id WHERE r.code = '0')"
        " SELECT * FROM moved WHERE settled_at >= ? AND settled_at < ? ORDER BY settled_at, receipt"
    )
    return Account(
        word="mpesa",
        title="M-Pesa",
        operator=Operator.DARAJA,
        sheet=sheets.MPESA,
        lines=_read(world, query, _mpesa_lines),
        currency=SHILLINGS,
        zone=EAT,
    )


def irembopay(world: World) -> Account:
    """IremboPay's list of the invoices that were paid into the court's account."""
    query = (
        "SELECT * FROM irembopay_invoices WHERE paid_at >= ? AND paid_at < ? AND account = ? AND currency = 'RWF'"
        " ORDER BY paid_at, number"
    )
    lines = _read(world, query, lambda row: [_invoice_line(row)], world.settings.irembopay.payment_account)
    return Account(
        word="irembopay", title="IremboPay", operator=Operator.IREMBOPAY, sheet=sheets.IREMBOPAY, lines=lines
    )


def stripe(world: World, currency: str = "RWF") -> Account:
    """The balance transactions of the account at Stripe: charges, refunds, and refunds that failed and came back."""
    query = (
        "WITH moved AS (SELECT 'charge' AS type, charge_id AS source, paid_at AS at, amount, currency, intent_id,"
        " client_reference_id AS ours FROM stripe_sessions WHERE payment_status = 'paid'"
        " UNION ALL SELECT 'refund', id, created_at, -amount, currency, intent_id,"
        " JSON_EXTRACT(metadata, '$.reference_id') FROM stripe_refunds"
        " UNION ALL SELECT 'refund_failure', id, (SELECT MIN(e.at) FROM entries e WHERE e.reference_id = 'stripe:' ||"
        " stripe_refunds.id || ':back'), amount, currency, intent_id,"
        " JSON_EXTRACT(metadata, '$.reference_id') FROM stripe_refunds"
        " WHERE status = 'failed')"
        " SELECT * FROM moved WHERE at >= ? AND at < ? AND currency = ? ORDER BY at, type, source"
    )
    home = currency == "RWF"
    return Account(
        word="stripe" if home else f"stripe-{currency.lower()}",
        title="Stripe" if home else f"Stripe ({currency})",
        operator=Operator.STRIPE,
        sheet=sheets.STRIPE,
        lines=_read(world, query, lambda row: [_stripe_line(row)], currency.lower()),
        currency=currency,
    )


ACCOUNTS: Mapping[str, Callable[[World], Account]] = {
    "mtn": mtn,
    "airtel": airtel,
    "mpesa": daraja,
    "irembopay": irembopay,
    "stripe": stripe,
    "stripe-kes": partial(stripe, currency="KES"),
}
"""By their word. Another operator is one more function here."""


def _read(world: World, query: str, lines_of: Callable[[sqlite3.Row], Iterable[Line]], *more: str) -> Lines:
    """Lines from a query of which the first two parameters are a begin and an end."""

    def lines(begin: float, end: float) -> Sequence[Line]:
        with world.store.read() as db:
            rows = db.execute(query, (begin, end, *more)).fetchall()
        return [line for row in rows for line in lines_of(row)]

    return lines


def _mtn_line(payment: Payment) -> Line:
    back = payment.order.kind == "refund"
    return Line(
        **_moved(payment),
        external_id=payment.order.external_id,
        type="REFUND" if back else "PAYMENT",
        status=payment.status,
    )


def _airtel_line(payment: Payment) -> Line:
    back = payment.order.kind == "refund"
    return Line(
        **_moved(payment),
        external_id=payment.order.reference_id,
        other=payment.order.external_id,
        type="REFUND" if back else "MERCHANT_PAYMENT",
        status=status_word(payment, payment.settled_at or payment.created_at),
    )


def _moved(payment: Payment) -> dict[str, Any]:
    order = payment.order
    return {
        "at": payment.settled_at or payment.created_at,
        "reference": payment.financial_id or "",
        "units": -order.amount if order.kind == "refund" else order.amount,
        "payer": _masked(order.party_id),
        "succeeded": payment.status == SUCCESSFUL,
    }


def _mpesa_lines(row: sqlite3.Row) -> Iterator[Line]:
    paid = Line(
        at=row["settled_at"],
        reference=row["receipt"],
        external_id=row["account"],
        type="Pay Bill Online" if row["linked"] is None else "Transaction Reversal",
        status="Completed",
        units=row["amount"],
        payer=_masked(row["msisdn"]),
        succeeded=True,
        other=row["linked"] or "",
        rate=0,
    )
    yield paid
    if paid.units > 0:
        yield Line(
            at=paid.at,
            reference=paid.reference,
            external_id=paid.external_id,
            type="Pay Bill Charge",
            status="Completed",
            units=-charge_of(paid.units),
            payer="",
            succeeded=True,
            is_charge=True,
        )


def _invoice_line(row: sqlite3.Row) -> Line:
    return Line(
        at=row["paid_at"],
        reference=row["payment_reference"],
        external_id=row["transaction_id"],
        other=row["number"],
        type="PAYMENT",
        status=row["status"],
        units=row["amount"],
        payer=_masked(row["payer"]),
        succeeded=True,
    )


def _stripe_line(row: sqlite3.Row) -> Line:
    return Line(
        at=row["at"],
        reference=row["source"],
        external_id=row["ours"] or "",
        other=row["intent_id"],
        type=row["type"],
        status="available",
        units=row["amount"],
        payer="",
        succeeded=True,
        rate=CHARGE_RATE if row["type"] == "charge" else 0,
        at_once=True,
    )


def _masked(number: str) -> str:
    return f"***{number[-3:]}"
