"""Reading the filings of a world file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.language import LANGUAGES
from app.courts import FilingType, Pack
from app.courts.nodes import Fields, Node
from app.demo.plans import FilingPlan, PaperPlan, PersonPlan, Step, StepKind
from app.demo.reading_answers import AnswersReader
from app.demo.reading_steps import StepReader
from app.demo.times import MEANING, When, read_when
from app.filing.answers import PleadingSource

_KEY = r"[a-z][a-z0-9_-]{0,39}"
_FIRST = frozenset({StepKind.STARTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReader:
    """Reads filings that refer to `pack` and `people`; files are found from `folder`."""

    pack: Pack
    folder: Path
    people: Mapping[str, PersonPlan]

    def read(self, node: Node) -> FilingPlan:
        """One entry of `filings`; raises PackError."""
        fields = node.mapping()
        key = fields.need("key").matching(_KEY, "a short name of small letters, digits and -")
        filer, paper_received = self._filer(node, fields)
        filing_type = self._filing_type(node, fields)
        language = self._language(fields, filer)
        answers_reader = AnswersReader(pack=self.pack, filing_type=filing_type)
        answers = answers_reader.read(node, fields)
        papers = fields.each("documents", lambda item: self._paper(item, filing_type))
        if fields.flag("documents_done", default=bool(papers)):
            answers = replace(answers, documents_done=True, pleading=PleadingSource.ANSWERS)
        steps = fields.need("history").each(StepReader(self.pack, self.people, answers_reader, answers).read)
        fields.done()
        _check_history(node, steps)
        return FilingPlan(
            key=key,
            where=f"{node.file}:{node.line}: {node.path}",
            filer=filer,
            filing_type=filing_type.code,
            language=language,
            answers=answers,
            papers=papers,
            steps=steps,
            paper_received=paper_received,
        )

    def _filer(self, node: Node, fields: Fields) -> tuple[str, When | None]:
        counter = fields.maybe("counter")
        if counter is None:
            filer = fields.need("filer").text()
            node.refer("filer", [filer], self.people)
            return filer, None
        inner = counter.mapping()
        registrar, received = inner.need("registrar").text(), inner.need("received")
        inner.done()
        counter.refer("registrar", [registrar], self.people)
        moment = read_when(received.text())
        if moment is None:
            raise received.error(f"must be a time: {MEANING}")
        return registrar, moment

    def _filing_type(self, node: Node, fields: Fields) -> FilingType:
        code = fields.need("type").text()
        node.refer("type", [code], self.pack.filing_types)
        return self.pack.filing_type(code)

    def _language(self, fields: Fields, filer: str) -> str:
        node = fields.maybe("language")
        if node is None:
            return self.people[filer].language
        return node.matching("|".join(LANGUAGES), f"one of {', '.join(LANGUAGES)}")

    def _paper(self, node: Node, filing_type: FilingType) -> PaperPlan:
        fields = node.mapping()
        kind = fields.text("kind") or "evidence"
        if kind not in {known.code for known in filing_type.documents} | {"other"}:
            raise node.child("kind").error(f"{kind!r} is no kind of document of {filing_type.code}")
        title = fields.need("title").text()
        files = fields.need("files").each(self._file)
        fields.done()
        return PaperPlan(kind=kind, title=title, files=files)

    def _file(self, node: Node) -> Path:
        path = self.folder / node.text()
        if not path.is_file():
            raise node.error(f"there is no file {path}")
        return path


def _check_history(node: Node, steps: tuple[Step, ...]) -> None:
    if not steps or steps[0].kind is not StepKind.STARTED:
        raise node.child("history").error("must begin with started")
    for step in steps[1:]:
        if step.kind in _FIRST:
            raise node.child("history").error("started stands here twice")
