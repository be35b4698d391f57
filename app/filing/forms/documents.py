"""One document: what it is, what to call it, and its file or photos."""

from app.core.language import T
from app.courts import FilingType
from app.documents.limits import Limits
from app.filing.answers import PleadingSource
from app.filing.rules import AttachedDocument
from app.web.fields import ChoiceField, Form, TextField, UploadField

OTHER = "other"
ACCEPT = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif"


class DocumentForm(Form):
    """A document to add."""

    kind = ChoiceField(T("What is this document?"), required=T("Say what this document is."))
    title = TextField(T("A short name for it"), most=150)
    files = UploadField(T("The file, or photos of its pages"), most_files=500, accept=ACCEPT)

    @classmethod
    def showing(cls, filing_type: FilingType, limits: Limits) -> "DocumentForm":
        """The form for this kind of filing."""
        form = cls()
        form.kind.choices = [
            *((kind.code, kind.title, kind.hint) for kind in filing_type.documents),
            (OTHER, T("Another document")),
        ]
        form.files.most_files = limits.max_files
        return form

    def title_for(self, filing_type: FilingType) -> str:
        """The name typed, else that of the kind."""
        if self.title.data:
            return str(self.title.data)
        titles = {kind.code: str(kind.title) for kind in filing_type.documents}
        return titles.get(self.kind.data or OTHER, str(T("Another document")))


class LeadForm(Form):
    """Which document is the claim itself."""

    pleading = ChoiceField(T("Which document is the claim itself?"), required=T("Choose the document."))

    @classmethod
    def showing(cls, documents: tuple[AttachedDocument, ...], chosen: str) -> "LeadForm":
        """The document made from the answers, or one of the filer's own PDFs."""
        form = cls(data={"pleading": chosen or PleadingSource.ANSWERS})
        form.pleading.choices = [
            (PleadingSource.ANSWERS, T("The document made from my answers (recommended)")),
            *((str(d.document_id), d.title) for d in documents if d.media_type == "application/pdf"),
        ]
        return form
