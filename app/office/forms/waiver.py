"""Deciding on a fee waiver: in full, in part or not at all, with a reason of the pack and words for the person."""

from app.core.language import T, Text
from app.courts import Pack, WaiverOutcome
from app.filing.commands import DecideWaiver
from app.filing.ids import FilingId
from app.office.forms.deciding import LONGEST
from app.web.fields import AreaField, ChoiceField, Form, MoneyField

_OUTCOMES = (
    (WaiverOutcome.FULL.value, T("Waive the whole fee")),
    (WaiverOutcome.PART.value, T("Waive a part of it")),
    (WaiverOutcome.REFUSED.value, T("Refuse: the fee must be paid")),
)


class WaiverDecisionForm(Form):
    """The decision; each reason has words of its own, made ready in the filer's language."""

    outcome = ChoiceField(T("Decision"), choices=_OUTCOMES, required=T("Choose the decision."))
    amount = MoneyField(T("How much is waived?"))
    code = ChoiceField(T("Why?"), required=T("Choose the reason."))

    def words(self, code: str) -> AreaField:
        """The words that go with a reason."""
        field: AreaField = self[f"{code}-words"]
        return field

    def check(self) -> bool:
        """A part needs its amount, and the chosen reason its words."""
        fine = True
        if self.outcome.data == WaiverOutcome.PART and self.amount.data is None and not self.amount.errors:
            self.amount.errors = [T("Enter how much of the fee is waived.")]
            fine = False
        words = self.words(self.code.data) if self.code.data else None
        if words is not None and not words.data and not words.errors:
            words.errors = [T("Write the reason, so that the person understands it.")]
            fine = False
        return fine

    def to_command(self, filing_id: FilingId) -> DecideWaiver:
        """The command that the form stands for."""
        outcome = WaiverOutcome(self.outcome.data)
        return DecideWaiver(
            filing_id=filing_id,
            outcome=outcome,
            code=self.code.data,
            text=self.words(self.code.data).data,
            amount=self.amount.data if outcome is WaiverOutcome.PART else None,
        )


def waiver_form(pack: Pack, language: str) -> WaiverDecisionForm:
    """The form with the pack's reasons, its words in the filer's language."""
    reasons = pack.waiver_reasons.values()
    fields = {f"{r.code}-words": AreaField(T("Words for the person"), most=LONGEST) for r in reasons}
    words = {f"{r.code}-words": r.text.said_in(language) for r in reasons}
    form: WaiverDecisionForm = type("WaiverDecisionFormOfAPack", (WaiverDecisionForm,), fields)(data=words)
    form.code.choices = [(r.code, r.title, _fits(r.fits)) for r in reasons]
    return form


def _fits(outcomes: frozenset[WaiverOutcome]) -> Text | None:
    """With which decisions a reason goes, when not with all."""
    names = {WaiverOutcome.FULL: T("in full"), WaiverOutcome.PART: T("in part"), WaiverOutcome.REFUSED: T("refused")}
    (first, *rest) = (names[outcome] for outcome in WaiverOutcome if outcome in outcomes)
    return None if rest else T("Goes with: %(decision)s", decision=first)
