"""What somebody fills in about money that nobody could place."""

from collections.abc import Sequence
from uuid import UUID

from app.core.language import T
from app.payments.unidentified.placing import PlaceMoney, SendBack
from app.web.fields import AreaField, ChoiceField, Form, HiddenField, TextField, TickField

LONGEST = 500


class FindForm(Form):
    """Which bill it may belong to."""

    bill = TextField(T("Bill number"), most=40)


class PlaceForm(Form):
    """How we know that it is for this bill."""

    bill = HiddenField("", most=40)
    reason = AreaField(
        T("How do you know that it is for this bill?"), most=LONGEST, required=T("Write how you know it.")
    )
    more = TickField(T("It is more than is due, and I have checked it"))

    def to_command(self, payment_id: UUID) -> PlaceMoney:
        """The command that the form stands for."""
        return PlaceMoney(
            payment_id=payment_id, bill_number=self.bill.data, reason=self.reason.data, more=self.more.data
        )


class SendBackForm(Form):
    """Why nobody can say whose it is, and which court's books it goes through."""

    court = ChoiceField(T("In the books of which court?"), required=T("Choose the court."))
    why = AreaField(T("Why can't it be placed?"), most=LONGEST, required=T("Write why it can't be placed."))

    @classmethod
    def showing(cls, courts: Sequence[tuple[str, str]]) -> "SendBackForm":
        """With the courts of whoever sends it back; a single one is chosen already."""
        form = cls(data={"court": courts[0][0]} if len(courts) == 1 else None)
        form.court.choices = list(courts)
        return form

    def to_command(self, payment_id: UUID) -> SendBack:
        """The command that the form stands for."""
        return SendBack(payment_id=payment_id, court_code=self.court.data, reason=self.why.data)
