"""The accounts that the court has: one function an operator, which reads its movements."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from sandbox.faults import Operator
from sandbox.payment import SUCCESSFUL, from_row
from sandbox.statements.account import Account, Line
from sandbox.world import World

_MTN_COLUMNS = (
    *("date", "financialTransactionId", "externalId", "type", "status"),
    *("amount", "fee", "currency", "balance", "payer"),
)


def mtn(world: World) -> Account:
    """MTN's transaction history of the court's collection account."""

    def lines(begin: float, end: float) -> Sequence[Line]:
        with world.store.read() as db:
            rows = db.execute(
                "SELECT * FROM mtn_payments WHERE settled_at >= ? AND settled_at < ? AND target = ?"
                " AND currency = 'RWF' ORDER BY settled_at, reference_id",
                (begin, end, world.settings.mtn.target),
            ).fetchall()
        return [_mtn_line(row) for row in rows]

    return Account(word="mtn", title="MTN Mobile Money", operator=Operator.MTN, columns=_MTN_COLUMNS, lines=lines)


def _mtn_line(row: sqlite3.Row) -> Line:
    payment = from_row(row)
    order = payment.order
    back = order.kind == "refund"
    return Line(
        at=payment.settled_at or payment.created_at,
        reference=payment.financial_id or "",
        external_id=order.external_id,
        type="REFUND" if back else "PAYMENT",
        status=payment.status,
        units=-order.amount if back else order.amount,
        payer=f"***{order.party_id[-3:]}",
        succeeded=payment.status == SUCCESSFUL,
    )


ACCOUNTS: Mapping[str, Callable[[World], Account]] = {"mtn": mtn}
"""By their word. Another operator is one more function here."""
