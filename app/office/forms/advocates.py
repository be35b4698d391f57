"""What whoever decides on advocates fills in."""

from uuid import UUID

from app.accounts.refusals import REASONS, RefusalReason
from app.accounts.service import RefuseAdvocate
from app.core.language import T
from app.web.fields import AreaField, ChoiceField, Form


class RefuseAdvocateForm(Form):
    """The reason for a refusal, and words that the applicant reads."""

    reason = ChoiceField(
        T("Why is it refused?"),
        choices=[(reason.value, text) for reason, text in REASONS.items()],
        required=T("Choose the reason."),
    )
    words = AreaField(
        T("What should the applicant know or do?"),
        most=1000,
        required=T("Write the reason, so that the applicant understands it."),
    )

    def to_command(self, grant_id: UUID) -> RefuseAdvocate:
        """The command that the form stands for."""
        return RefuseAdvocate(grant_id=grant_id, reason=RefusalReason(self.reason.data), words=self.words.data)
