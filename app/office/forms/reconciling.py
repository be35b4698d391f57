"""What an accountant sends: a statement, a decision about a difference, a reason to reopen a day, a period."""

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from app.core.language import T, Text
from app.payments.books.entries import Period
from app.payments.books.export import Format
from app.payments.reconciliation.queries import BreakView
from app.payments.reconciliation.service import ResolveBreak
from app.payments.reconciliation.status import BreakKind, Resolution
from app.web.fields import AreaField, ChoiceField, DateField, Form, UploadField

LONGEST = 500

KINDS: Mapping[BreakKind, tuple[Text, Text]] = {
    BreakKind.MISSING_HERE: (
        T("Not in our books"),
        T("The statement has a payment that we do not know."),
    ),
    BreakKind.MISSING_THERE: (
        T("Not on the statement"),
        T("We have booked a payment that the statement does not show."),
    ),
    BreakKind.AMOUNT_MISMATCH: (
        T("Another amount"),
        T("The amount on the statement is not the one that we booked."),
    ),
    BreakKind.STATUS_MISMATCH: (
        T("Another outcome"),
        T("One side says paid, the other says not. We are asking the operator again. Compare again in a few minutes."),
    ),
    BreakKind.DUPLICATE_THERE: (
        T("Twice on the statement"),
        T("The statement shows one payment of ours a second time."),
    ),
    BreakKind.SETTLEMENT_SHORT: (
        T("The bank got too little"),
        T("Less came to the bank than the operator took in for us."),
    ),
    BreakKind.CHARGE_VARIANCE: (
        T("Another charge"),
        T("The charge taken off is not the one on the operator's statement."),
    ),
    BreakKind.LATE: (
        T("Booked on another day"),
        T("We booked this payment on another day than the operator did. Nothing is lost."),
    ),
    BreakKind.UNIDENTIFIED: (
        T("Nobody knows whose"),
        T("Money came without a reference that tells what it is for."),
    ),
}
"""Each kind in words: what it is called, and what it means."""

_OF_REFUNDS: Mapping[BreakKind, tuple[Text, Text]] = {
    BreakKind.MISSING_HERE: (
        T("A refund that is not in our books"),
        T("The statement has a refund that we do not know."),
    ),
    BreakKind.MISSING_THERE: (
        T("A refund that is not on the statement"),
        T("We have booked a refund that the statement does not show."),
    ),
    BreakKind.AMOUNT_MISMATCH: (
        T("A refund of another amount"),
        T("The amount that went back is not the one that we booked."),
    ),
    BreakKind.STATUS_MISMATCH: (
        T("A refund with another outcome"),
        T(
            "One side says that the money went back, the other says not. We are asking the operator again. "
            "Compare again in a few minutes."
        ),
    ),
    BreakKind.DUPLICATE_THERE: (
        T("A refund that is twice on the statement"),
        T("The statement shows one refund of ours a second time."),
    ),
    BreakKind.LATE: (
        T("A refund that we booked on another day"),
        T("We booked this refund on another day than the operator did. Nothing is lost."),
    ),
    BreakKind.UNIDENTIFIED: (
        T("Nobody knows whose refund"),
        T("Money went back without a reference that tells whose it was."),
    ),
}


def words_for(found: BreakView) -> tuple[Text, Text]:
    """What a difference is called, and what it means."""
    return (found.refund and _OF_REFUNDS.get(found.kind)) or KINDS[found.kind]


RESOLUTIONS: Mapping[Resolution, tuple[Text, Text]] = {
    Resolution.SUSPENSE: (
        T("Keep it in suspense"),
        T("The difference is booked to the suspense account until it is known where it belongs."),
    ),
    Resolution.CHARGE: (
        T("Take it as a charge"),
        T("The difference is booked as a charge of the operator."),
    ),
    Resolution.CLAIM: (
        T("Claim it from the operator"),
        T("The difference is booked to suspense, to be paid back by the operator."),
    ),
    Resolution.EXPLAINED: (
        T("Explained"),
        T("Nothing is booked. Your note says why it is right as it is."),
    ),
}
"""Each resolution in words: what it is called, and what it does."""


class StatementForm(Form):
    """A file, and whose statement it is."""

    source = ChoiceField(T("Whose statement is it?"), required=T("Choose whose statement it is."))
    file = UploadField(T("Statement"), accept=".csv,.xml", required=T("Choose the file of the statement."))

    @classmethod
    def showing(cls, sources: Mapping[str, Text | str]) -> "StatementForm":
        """With these sources to choose from."""
        form = cls()
        form.source.choices = list(sources.items())
        return form


class ResolveForm(Form):
    """How a difference is settled, and why."""

    resolution = ChoiceField(T("How is it settled?"), required=T("Choose how it is settled."))
    note = AreaField(T("Why?"), most=LONGEST, required=T("Write why, for whoever reads it later."))

    @classmethod
    def showing(cls, found: BreakView) -> "ResolveForm":
        """With what may be decided about this one."""
        form = cls()
        form.resolution.choices = [(one.value, *RESOLUTIONS[one]) for one in found.choices]
        return form

    def to_command(self, break_id: UUID) -> ResolveBreak:
        """The command that the form stands for."""
        return ResolveBreak(break_id=break_id, resolution=Resolution(self.resolution.data), note=self.note.data)


class ReopenForm(Form):
    """Why a signed day must change."""

    note = AreaField(T("Why must it change?"), most=LONGEST, required=T("Write why the day must change."))


class JournalForm(Form):
    """Which days of the journal, and in what form."""

    form = ChoiceField(T("File"), required=T("Choose the kind of file."))
    first = DateField(T("From"))
    last = DateField(T("To"))

    @classmethod
    def showing(cls) -> "JournalForm":
        """With the kinds of files."""
        made = cls()
        made.form.choices = [(Format.CSV.value, T("Spreadsheet (CSV)")), (Format.BEANCOUNT.value, T("Beancount"))]
        return made

    def check(self) -> bool:
        """The period must not end before it begins."""
        if self.first.data and self.last.data and self.last.data < self.first.data:
            self.last.errors = [T("The last day is before the first.")]
            return False
        return True

    def period(self, zone: ZoneInfo) -> Period:
        """The days that were asked for."""
        return Period(zone=zone, first=self.first.data, last=self.last.data)
