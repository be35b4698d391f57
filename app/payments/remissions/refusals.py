"""Why something about a fee waiver was not done, in words for the person."""

from app.core.errors import Conflict, Invalid
from app.core.language import T


class AlreadyAsked(Conflict):
    """A request on this bill waits for its decision."""

    text = T("You have asked already. A registrar will decide, and we will tell you.")


class AskedOften(Conflict):
    """The bill has had as many requests as it can have."""

    text = T("The court has decided on this several times already. Go to the registry of the court, or pay the fee.")


class NothingToWaive(Conflict):
    """It is void, waived or settled."""

    text = T("There is no fee left that could be waived.")


class NothingToDecide(Conflict):
    """No request waits on this bill: it was decided or taken back meanwhile."""

    text = T("This request was decided on, or taken back, in the meantime.")


class MoreThanOwed(Invalid):
    """More would be waived than is owed."""

    text = T("This is more than is owed. Enter a smaller amount.")
