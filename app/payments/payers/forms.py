"""What somebody fills in who pays for another person."""

from dataclasses import replace
from uuid import UUID

from app.core.language import T
from app.payments.attempts import RequestPayment
from app.payments.bill_numbers import readings
from app.payments.forms import PayForm
from app.payments.queries import ObligationView
from app.web.fields import Form, HiddenField, TextField


class BillNumber(TextField):
    """A bill's number as it was typed. `data` is what was typed: several numbers may be meant by it."""

    width = 20

    def read(self, text: str) -> str:
        """The text; raises ValueError when no number can look so."""
        if not readings(text):
            raise ValueError(T("Enter the bill number: a B, then nine letters and digits."))
        return text


class FindBillForm(Form):
    """The number of a bill."""

    number = BillNumber(T("Bill number"), most=40, required=T("Enter the bill number."))


class PayForAnotherForm(PayForm):
    """The way to pay, and the key by which a form sent twice is known."""

    key = HiddenField("", most=36)

    def wish(self, bill: ObligationView, fresh_key: UUID) -> RequestPayment:
        """The command; a key that is none of ours is replaced by `fresh_key`."""
        try:
            key = UUID(self.key.data)
        except ValueError:
            key = fresh_key
        return replace(self.to_command(bill.id, bill.due.currency), quoted=bill.reference, form_key=key)
