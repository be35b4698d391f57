"""Accepting, refusing, moving a filing to the right court, and taking an acceptance back."""

from app.core.language import T
from app.courts import FilingType, Pack
from app.filing.commands import Accept, Reject, Transfer
from app.filing.ids import FilingId
from app.web.fields import AreaField, ChoiceField, Form, MultiChoiceField

LONGEST = 2000


class AcceptForm(Form):
    """What the registrar has looked at."""

    checklist = MultiChoiceField(T("Checked"))

    @classmethod
    def showing(cls, filing_type: FilingType) -> "AcceptForm":
        """The checklist of this kind of filing."""
        form = cls()
        form.checklist.choices = [(item.code, item.text) for item in filing_type.checklist]
        return form

    def to_command(self, filing_id: FilingId) -> Accept:
        """The command that the form stands for."""
        return Accept(filing_id=filing_id, checklist=self.checklist.data)


class RejectForm(Form):
    """A reason of the pack; each has words of its own, made ready in the filer's language."""

    code = ChoiceField(T("Why is it refused?"), required=T("Choose the reason."))

    def words(self, code: str) -> AreaField:
        """The words that go with a reason."""
        field: AreaField = self[f"{code}-words"]
        return field

    def check(self) -> bool:
        """The chosen reason needs words."""
        words = self.words(self.code.data) if self.code.data else None
        if words is None or words.data or words.errors:
            return True
        words.errors = [T("Write the reason, so that the filer understands it.")]
        return False

    def to_command(self, filing_id: FilingId) -> Reject:
        """The command that the form stands for."""
        return Reject(filing_id=filing_id, code=self.code.data, text=self.words(self.code.data).data)


def reject_form(pack: Pack, language: str) -> RejectForm:
    """The form with the pack's reasons, its words in the filer's language."""
    reasons = pack.rejection_reasons.values()
    fields = {f"{r.code}-words": AreaField(T("Words for the filer"), most=LONGEST) for r in reasons}
    words = {f"{r.code}-words": r.text.said_in(language) for r in reasons}
    form: RejectForm = type("RejectFormOfAPack", (RejectForm,), fields)(data=words)
    form.code.choices = [(r.code, r.title) for r in reasons]
    return form


class TransferForm(Form):
    """The right court, and why."""

    court_code = ChoiceField(T("The right court"), required=T("Choose the court."))
    text = AreaField(T("Why, in words for the filer"), most=LONGEST, required=T("Write why it is moved."))

    @classmethod
    def showing(cls, pack: Pack, filing_type: str, court_code: str | None) -> "TransferForm":
        """The other courts that take this kind of filing."""
        form = cls()
        courts = [court for court in pack.courts_for(filing_type) if court.code != court_code]
        form.court_code.choices = [(court.code, court.name) for court in courts]
        return form

    def to_command(self, filing_id: FilingId) -> Transfer:
        """The command that the form stands for."""
        return Transfer(filing_id=filing_id, court_code=self.court_code.data, text=self.text.data)


class VoidForm(Form):
    """Why an acceptance was a mistake."""

    text = AreaField(T("Why was it a mistake?"), most=LONGEST, required=T("Write why it was a mistake."))
