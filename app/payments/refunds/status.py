"""The states of a refund, and which may follow which.

`requested -> approved -> submitted -> refunded | error | unknown`. An approver may refuse a request with a reason.
Where the rail can't pay back, or its answer never becomes clear, somebody records how it was settled and a second
person closes it. A rail that says "refunded" after all is believed, until the money went another way.
"""

from enum import StrEnum

from app.core.transitions import Transitions


class RefundState(StrEnum):
    """Where one refund stands. `recorded`: one person says how it was settled, and a second one has yet to agree.

    `withdrawn`: the payment itself turned out never to have come, so there is nothing to give back.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ERROR = "error"
    RECORDED = "recorded"
    REFUNDED = "refunded"
    PAID_BY_OTHER_MEANS = "paid_by_other_means"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = RefundState

DONE = frozenset({_S.REFUNDED, _S.PAID_BY_OTHER_MEANS})
"""The money went back."""

NOTHING_WENT = frozenset({_S.REFUSED, _S.WITHDRAWN})
"""It is over, and no money goes back by it."""

UNDER_WAY = frozenset({_S.SUBMITTED, _S.UNKNOWN})
"""The rail may have been asked, and has not said how it ended."""

REFUND_TRANSITIONS = Transitions(
    {
        _S.REQUESTED: frozenset({_S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
        _S.APPROVED: frozenset({_S.SUBMITTED, _S.ERROR, _S.WITHDRAWN}),
        _S.SUBMITTED: frozenset({_S.REFUNDED, _S.ERROR, _S.UNKNOWN}),
        _S.UNKNOWN: frozenset({_S.SUBMITTED, _S.REFUNDED, _S.ERROR, _S.RECORDED}),
        _S.ERROR: frozenset({_S.REFUNDED, _S.RECORDED, _S.WITHDRAWN}),
        _S.RECORDED: frozenset({_S.PAID_BY_OTHER_MEANS, _S.REFUNDED, _S.ERROR, _S.UNKNOWN}),
        _S.REFUNDED: frozenset(),
        _S.PAID_BY_OTHER_MEANS: frozenset(),
        _S.REFUSED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)


class Means(StrEnum):
    """How a refund was settled without the rail's word. `operator`: its own statement shows that it paid back."""

    BANK = "bank"
    CASH = "cash"
    OPERATOR = "operator"


class Setback(StrEnum):
    """Why a rail did not pay back, or why nobody knows."""

    NOT_OFFERED = "not_offered"
    NOT_IN_PART = "not_in_part"
    UNAVAILABLE = "unavailable"
    NO_ACCOUNT = "no_account"
    NO_FUNDS = "no_funds"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    OTHER_AMOUNT = "other_amount"
    NOT_PAID = "not_paid"
