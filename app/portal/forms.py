"""What people may type on these pages."""

from typing import Any

from flask import request

from app.cases.ids import CaseId
from app.cases.queries import Note
from app.cases.service import SaveNote
from app.core.language import T
from app.portal.my_list import Asked
from app.web.fields import AreaField, Form, HiddenField, TextField, WholeNumberField

LONGEST_NOTE = 5_000


class SearchForm(Form):
    """Words to find a case by, and where a list goes on; asked by GET, so that the answer has an address."""

    q = TextField(T("Search by number, name or your own label"), most=100)
    filings = HiddenField(most=60)
    cases = HiddenField(most=60)

    def __init__(self, **options: Any) -> None:
        """Read the address."""
        super().__init__(formdata=request.args, **options)

    def asked(self) -> Asked:
        """What was asked for; words that can't be searched for count as none."""
        return Asked(search=self.q.data, filings_after=self.filings.data, cases_after=self.cases.data)


class NoteForm(Form):
    """One's own label and private note. `version` is the one that the page showed."""

    label = TextField(T("Your own name for this case"), most=60)
    note = AreaField(T("Your private note"), most=LONGEST_NOTE)
    version = WholeNumberField()

    @classmethod
    def showing(cls, note: Note) -> "NoteForm":
        """The form with what is kept."""
        return cls(label=note.label, note=note.note, version=note.version)

    def to_command(self, case_id: CaseId) -> SaveNote:
        """The command that the form stands for."""
        return SaveNote(subject=case_id, label=self.label.data, note=self.note.data, version=self.version.data or 0)
