"""What a payer fills in."""

from collections.abc import Sequence

from app.core.language import T
from app.core.money import Money
from app.payments import rules
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.offers import Offer
from app.payments.provider import Flow
from app.web.fields import ChoiceField, Form, HiddenField, PhoneField, TickField

_DOWN = T("Does not answer just now: choose another way, or try it later.")
_HINTS = {
    Flow.PUSH: T("We send a request to your phone, and you approve it there."),
    Flow.REDIRECT: T("You pay on their page, and come back here."),
}


class PayForm(Form):
    """The rail to pay by, the number to ask, and the amount that the page showed."""

    rail = ChoiceField(T("How do you want to pay?"))
    phone = PhoneField(T("Mobile money number"))
    moved = TickField(T("This number has moved to the operator that I chose"))
    shown = HiddenField("", most=20)
    offered: Sequence[Offer] = ()

    def offer(self, offered: Sequence[Offer]) -> "PayForm":
        """Let the payer choose among these; a single one is chosen already, else the number suggests one."""
        self.offered = offered
        self.rail.choices = [(o.code, o.title, _DOWN if o.down else _HINTS.get(o.flow)) for o in offered]
        if len(offered) == 1:
            self.rail.data = offered[0].code
        elif self.rail.data is None and not self.is_submitted():
            guessed = rules.operator_of(self.phone.data)
            self.rail.data = guessed if guessed in {o.code for o in offered} else None
        return self

    @property
    def chosen(self) -> Offer | None:
        """The way that was chosen."""
        return next((o for o in self.offered if o.code == self.rail.data), None)

    @property
    def asks_a_phone(self) -> bool:
        """Whether any way needs a number."""
        return any(o.flow is Flow.PUSH for o in self.offered)

    def another_operator(self) -> bool:
        """Whether the number looks like one of another operator than the one that was chosen."""
        chosen = self.chosen
        pushed = chosen is not None and chosen.flow is Flow.PUSH
        return pushed and rules.operator_of(self.phone.data) not in (None, self.rail.data)

    def check(self) -> bool:
        """A phone that is to be asked is needed; one that looks like another operator's must be confirmed."""
        chosen = self.chosen
        if chosen is None:
            self.rail.errors = self.rail.errors or [T("Choose how you want to pay.")]
            return False
        if chosen.flow is not Flow.PUSH or self.phone.errors:
            return True
        if not self.phone.data:
            words = T("Enter the %(provider)s number that you will pay from.", provider=chosen.title)
        elif self.another_operator() and not self.moved.data:
            words = T(
                "This looks like a number of another operator. Enter a number of %(provider)s, "
                "or tick the box if this number has moved there.",
                provider=chosen.title,
            )
        else:
            return True
        self.phone.errors = [*self.phone.errors, words]
        return False

    def to_command(self, obligation_id: ObligationId, currency: str) -> RequestPayment:
        """The command; an amount that isn't a number is no amount, so it will not be the one due."""
        typed = self.shown.data
        minor = int(typed) if typed.isascii() and typed.isdecimal() else 0
        pushed = self.chosen is not None and self.chosen.flow is Flow.PUSH
        return RequestPayment(
            obligation_id=obligation_id,
            msisdn=self.phone.data if pushed else None,
            shown=Money(minor, currency),
            provider=self.rail.data,
        )
