"""What a payer fills in."""

from app.core.language import T
from app.core.money import Money
from app.payments import rules
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.web.fields import Form, HiddenField, PhoneField, TickField

MTN = "mtn_momo"


class PayForm(Form):
    """The number to ask, and the amount that the page showed."""

    phone = PhoneField(
        T("MTN Mobile Money number"), required=T("Enter the MTN Mobile Money number that you will pay from.")
    )
    moved = TickField(T("This number now belongs to MTN"))
    shown = HiddenField("", most=20)

    def another_operator(self) -> bool:
        """Whether the number looks like one of another operator."""
        return rules.operator_of(self.phone.data) not in (None, MTN)

    def check(self) -> bool:
        """A number that looks like another operator's must be confirmed."""
        if self.another_operator() and not self.moved.data:
            words = T(
                "This looks like a number of another operator. Enter an MTN number, "
                "or tick the box if this number has moved to MTN."
            )
            self.phone.errors = [*self.phone.errors, words]
            return False
        return True

    def to_command(self, obligation_id: ObligationId, currency: str) -> RequestPayment:
        """The command; an amount that isn't a number is no amount, so it will not be the one due."""
        typed = self.shown.data
        minor = int(typed) if typed.isascii() and typed.isdecimal() else 0
        shown = Money(minor, currency)
        return RequestPayment(obligation_id=obligation_id, msisdn=self.phone.data, shown=shown, provider=MTN)
