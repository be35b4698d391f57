"""Money that goes back: what is due, its way over the rail or by other means, and who says yes.

`due` is the door for the rest of the room: whoever finds that money must go back calls `owe_back`, and no more.
"""

from app.payments.refunds.due import kept_payments, owe_back
from app.payments.refunds.owed import Owed, RefundCause

__all__ = ["Owed", "RefundCause", "kept_payments", "owe_back"]
