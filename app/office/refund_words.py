"""What refunds are called at the desk."""

from collections.abc import Mapping

from app.core.language import T, Text
from app.payments.refunds.status import Means, RefundState, Setback
from app.payments.refunds.tabs import Tab

TABS: Mapping[Tab, Text] = {
    Tab.DECIDE: T("To decide"),
    Tab.LOOK: T("Needs somebody"),
    Tab.UNDER_WAY: T("Under way"),
    Tab.DONE: T("Over"),
}
EMPTY: Mapping[Tab, Text] = {
    Tab.DECIDE: T("Refunds that need somebody's yes will appear here."),
    Tab.LOOK: T("Refunds that the operator can't pay, or has not answered for, will appear here."),
    Tab.UNDER_WAY: T("Refunds that are on their way by themselves will appear here."),
    Tab.DONE: T("Refunds that are paid or refused will appear here."),
}
STATES: Mapping[RefundState, tuple[Text, str]] = {
    RefundState.REQUESTED: (T("Waits for a yes"), "wait"),
    RefundState.APPROVED: (T("Approved"), "on"),
    RefundState.SUBMITTED: (T("Sent to the operator"), "on"),
    RefundState.UNKNOWN: (T("No clear answer"), "wait"),
    RefundState.ERROR: (T("To be paid in another way"), "stop"),
    RefundState.RECORDED: (T("Noted as paid, to be checked"), "wait"),
    RefundState.REFUNDED: (T("Paid back by the operator"), "go"),
    RefundState.PAID_BY_OTHER_MEANS: (T("Paid back in another way"), "go"),
    RefundState.REFUSED: (T("Refused"), ""),
    RefundState.WITHDRAWN: (T("Withdrawn: the payment never came"), ""),
}
SETBACKS: Mapping[Setback, Text] = {
    Setback.NOT_OFFERED: T("Refunds can't be made over this operator."),
    Setback.NOT_IN_PART: T("This operator pays back whole payments only."),
    Setback.UNAVAILABLE: T("The operator does not let us make refunds just now."),
    Setback.NO_ACCOUNT: T("The payer's account can't receive it."),
    Setback.NO_FUNDS: T("There is not enough money on the court's account at the operator."),
    Setback.REFUSED: T("The operator refused it."),
    Setback.NO_ANSWER: T("The operator's answer was lost."),
    Setback.OTHER_AMOUNT: T("The operator reports another amount."),
    Setback.NOT_PAID: T("Somebody looked at the operator's statement: it paid nothing back."),
}
CAUSES: Mapping[str, Text] = {
    "surplus": T("More was paid than was due"),
    "void": T("The bill was cancelled after it was paid"),
    "waiver": T("The fee was waived after it was paid"),
    "unidentified": T("Nobody could say what it was paid for"),
}
MEANS: Mapping[Means, Text] = {
    Means.BANK: T("Bank transfer"),
    Means.CASH: T("Cash"),
    Means.OPERATOR: T("Shown in the operator's statement"),
}
