"""Money that goes back: what is due, its way over the rail or by other means, and who says yes.

`due` is the door for the rest of the room: whoever finds that money must go back calls `owe_back`; whoever
finds that a payment never came calls `withdraw`.
"""

from app.payments.refunds.due import RefundUnderWay, ask_soon, kept_payments, owe_back, withdraw
from app.payments.refunds.owed import Owed, RefundCause

__all__ = ["Owed", "RefundCause", "RefundUnderWay", "ask_soon", "kept_payments", "owe_back", "withdraw"]
