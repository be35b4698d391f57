"""Asking not to pay the fee: the reason of the pack, the filer's words, and what shows it."""

from collections.abc import Sequence

from app.core.errors import Problem
from app.core.language import T
from app.courts import Pack
from app.documents.limits import Limits
from app.filing.answers import WaiverWish
from app.filing.forms.documents import ACCEPT
from app.filing.rules import waiver_problems
from app.web.fields import AreaField, ChoiceField, Form, MultiChoiceField, UploadField


class WaiverForm(Form):
    """Why no fee is to be paid, and the proof: papers that are there already, or a new one."""

    category = ChoiceField(T("Which of these fits you?"), required=T("Choose the reason that fits you."))
    words = AreaField(T("Why do you ask?"), most=2000, required=T("Say in your own words why you ask."))
    papers = MultiChoiceField(T("Papers that show it"))
    files = UploadField(T("Add a paper that shows it, or photos of its pages"), most_files=500, accept=ACCEPT)

    @classmethod
    def showing(
        cls, pack: Pack, papers: Sequence[tuple[str, str]], limits: Limits, wish: WaiverWish | None
    ) -> "WaiverForm":
        """The pack's reasons, and the `papers` (id, title) that may be chosen as proof."""
        before = {"category": wish.category, "words": wish.words, "papers": wish.documents} if wish else None
        form = cls(data=before)
        form.category.choices = [(e.code, e.title, e.proof) for e in pack.fees.exemptions.values()]
        form.papers.choices = list(papers)
        form.files.most_files = limits.max_files
        return form

    def lacks(self, pack: Pack, *, brought: bool) -> tuple[Problem, ...]:
        """What is still missing when it is known whether a new paper came with it."""
        with_proof = brought or bool(self.papers.data)
        return tuple(waiver_problems(pack, self.category.data or "", self.words.data, with_proof=with_proof))

    def wish(self, *more: object) -> WaiverWish:
        """What is asked, with the ids of `more` papers that have just been recorded."""
        documents = (*self.papers.data, *(str(document_id) for document_id in more))
        return WaiverWish(category=self.category.data, words=self.words.data, documents=documents)
