"""What somebody fills in about a refund."""

from app.core.language import T
from app.payments.ids import RefundId
from app.payments.refunds.service import RecordMeans
from app.payments.refunds.status import Means, RefundState
from app.web.fields import AreaField, ChoiceField, Form, TextField

LONGEST = 1000
_MEANS = {
    Means.BANK: T("Bank transfer"),
    Means.CASH: T("Cash, against a signed slip"),
    Means.OPERATOR: T("The operator's statement shows that it paid back"),
}


class RefuseForm(Form):
    """Why it is not paid back, in words that the payer reads."""

    text = AreaField(
        T("Why is it not paid back?"), most=LONGEST, required=T("Write the reason, so that the payer understands it.")
    )


class SettleForm(Form):
    """Why what was noted is not so, in words for colleagues."""

    text = AreaField(T("What did you find?"), most=LONGEST, required=T("Write what you found."))


class RecordForm(Form):
    """How it was settled, and the number by which anyone finds it again."""

    means = ChoiceField(T("How did the money go back?"), required=T("Choose how the money went back."))
    reference = TextField(
        T("Number of the transfer, slip or statement line"), most=100, required=T("Enter the number.")
    )

    @classmethod
    def showing(cls, state: RefundState) -> "RecordForm":
        """While nobody knows whether the operator paid, only its own statement settles it."""
        form = cls()
        known = (Means.OPERATOR,) if state is RefundState.UNKNOWN else (Means.BANK, Means.CASH)
        form.means.choices = [(means.value, _MEANS[means]) for means in known]
        return form

    def to_command(self, refund_id: RefundId) -> RecordMeans:
        """The command that the form stands for."""
        return RecordMeans(refund_id=refund_id, means=Means(self.means.data), reference=self.reference.data)
