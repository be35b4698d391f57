"""What a cashier fills in, and who decides on a void or closes a day."""

from datetime import date
from uuid import UUID

from app.core.language import T
from app.payments.bill_numbers import readings
from app.payments.counter.closing import CloseDay
from app.payments.counter.recording import RecordCash
from app.payments.counter.status import Way
from app.payments.counter.voiding import AskVoid
from app.payments.ids import AttemptId
from app.web.fields import AreaField, ChoiceField, DateField, Form, HiddenField, MoneyField, TextField, TickField


class CashForm(Form):
    """A payment at the desk. `number` is the form's own: sent twice, it books once."""

    number = HiddenField("", most=13)
    bill = TextField(T("Bill number"), most=40, required=T("Enter the bill number that the payer shows."))
    way = ChoiceField(T("What was handed over?"), required=T("Choose cash or bank slip."))
    amount = MoneyField(T("Amount"), required=T("Enter the amount that was paid."))
    slip_number = TextField(T("Number of the bank slip"), most=40)
    paid_on = DateField(T("Day stamped on the slip"))
    more = TickField(T("It is more than is due, and I have checked it"))

    def offer(self) -> "CashForm":
        """Set the ways."""
        self.way.choices = [(Way.CASH.value, T("Cash")), (Way.BANK_SLIP.value, T("A bank slip"))]
        return self

    def check(self) -> bool:
        """The form's own number is ours in shape, and a bill number was typed."""
        if len(self.number.data) != 13 or not self.number.data.startswith("D"):
            self.form_errors.append(T("This form is not complete. Open a new one."))
            return False
        if self.bill.data and not readings(self.bill.data):
            self.bill.errors = [T("Enter the bill number: a B, then nine letters and digits.")]
            return False
        return True

    def to_command(self) -> RecordCash:
        """The command that the form stands for."""
        return RecordCash(
            number=self.number.data,
            bill_number=self.bill.data,
            way=Way(self.way.data),
            amount=self.amount.data,
            slip_number=self.slip_number.data.upper() or None,
            paid_on=self.paid_on.data,
            more=self.more.data,
        )


class VoidForm(Form):
    """Why an entry is wrong."""

    reason = AreaField(T("What is wrong with it?"), most=500, required=T("Say what is wrong with this entry."))

    def to_command(self, attempt_id: UUID) -> AskVoid:
        """The command that the form stands for."""
        return AskVoid(attempt_id=AttemptId(attempt_id), reason=self.reason.data)


class CloseForm(Form):
    """What lies in the drawer at the end of the day."""

    counted = MoneyField(T("Cash that you counted"), required=T("Count the drawer and enter the amount, 0 if empty."))
    handed_over = MoneyField(T("Cash that you hand over"), required=T("Enter what you hand over, 0 if nothing."))
    note = TextField(T("Note"), most=300)

    def to_command(self, court: str, cashier: UUID, day: date) -> CloseDay:
        """The command that the form stands for."""
        return CloseDay(
            court_code=court,
            cashier=cashier,
            day=day,
            counted=self.counted.data,
            handed_over=self.handed_over.data,
            note=self.note.data,
        )
