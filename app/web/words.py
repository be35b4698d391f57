"""What a state is called on a page, and how it looks there.

One small table for the states of every room, so that a filing is "Waiting for payment" everywhere. A state is a
`StrEnum` member or its value; the look is a class suffix: go, wait, stop, on, or none for a quiet state.
"""

from app.core.language import T, Text

_STATES: dict[str, tuple[Text, str]] = {
    "draft": (T("Draft"), ""),
    "awaiting_payment": (T("Waiting for payment"), "wait"),
    "submitted": (T("Sent to the court"), "on"),
    "under_review": (T("Being checked by the court"), "on"),
    "accepted": (T("Accepted"), "go"),
    "partially_accepted": (T("Accepted in part"), "go"),
    "returned_for_correction": (T("Returned for correction"), "wait"),
    "rejected": (T("Rejected"), "stop"),
    "cancelled": (T("Cancelled"), ""),
    "lapsed": (T("Lapsed"), "stop"),
    "registered": (T("Registered"), "go"),
    "transferred": (T("Moved to another court"), ""),
    "void": (T("Void"), "stop"),
    "created": (T("Starting"), "on"),
    "pending": (T("Waiting for your approval"), "wait"),
    "succeeded": (T("Paid"), "go"),
    "failed": (T("Failed"), "stop"),
    "expired": (T("Expired"), "stop"),
    "unknown": (T("Being checked with the operator"), "wait"),
    "refund_due": (T("Refund due"), "wait"),
    "not_paid": (T("Not paid"), "wait"),
    "part_paid": (T("Paid in part"), "wait"),
    "paid": (T("Paid"), "go"),
    "overpaid": (T("Paid too much"), "wait"),
    "waived": (T("No fee due"), "go"),
    "refunded": (T("Refunded"), ""),
    "asked": (T("To be confirmed"), "wait"),
    "confirmed": (T("Void"), "stop"),
    "applied": (T("Waits for a decision"), "wait"),
    "granted": (T("Waived in full"), "go"),
    "part_granted": (T("Waived in part"), "go"),
    "refused": (T("Refused"), "stop"),
    "withdrawn": (T("Taken back"), ""),
    "queued": (T("Waiting to be sent"), ""),
    "sending": (T("Being sent"), "on"),
    "sent": (T("Sent"), "on"),
    "delivered": (T("Delivered"), "go"),
    "retrying": (T("Trying again"), "wait"),
    "done": (T("Done"), "go"),
    "not_started": (T("Not started"), ""),
    "in_progress": (T("Not finished"), "wait"),
    "cannot_start_yet": (T("Cannot start yet"), ""),
    "active": (T("Active"), "go"),
    "waiting_approval": (T("Waiting for approval"), "wait"),
    "disabled": (T("Closed"), "stop"),
}


def state_words(state: str) -> tuple[Text | str, str]:
    """The words and the look of a state; an unlisted one shows its own name, with spaces, quietly."""
    return _STATES.get(state) or (str(state).replace("_", " "), "")
