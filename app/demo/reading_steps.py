"""Reading the history of a filing in a world file."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.accounts.contacts import ContactKind, read_contact
from app.courts import Pack
from app.courts.nodes import Fields, Node
from app.demo.plans import PersonPlan, Step, StepKind
from app.demo.reading_answers import AnswersReader
from app.demo.times import MEANING, When, read_when
from app.filing.answers import Answers
from app.filing.commands import MarkedPoint
from app.filing.policies import REGISTRARS

_BY_THE_COURT = frozenset(
    {
        StepKind.CLAIMED,
        StepKind.RELEASED,
        StepKind.ACCEPTED,
        StepKind.RETURNED,
        StepKind.REJECTED,
        StepKind.TRANSFERRED,
        StepKind.VOIDED,
    }
)
_WITH_WORDS = frozenset({StepKind.REJECTED, StepKind.TRANSFERRED, StepKind.VOIDED})


@dataclass(frozen=True, slots=True)
class StepReader:
    """Reads steps that refer to `pack` and `people`, for a filing with these `answers`."""

    pack: Pack
    people: Mapping[str, PersonPlan]
    answers_reader: AnswersReader
    answers: Answers

    def read(self, node: Node) -> Step:
        """One entry of `history`: the name of what happens with its time, and what belongs to it. Raises PackError."""
        fields = node.mapping()
        kind, when = _what_and_when(node, fields)
        step = Step(
            kind=kind,
            where=f"{node.file}:{node.line}: {node.path}.{kind}",
            when=when,
            by=self._by(node, fields, kind),
            code=self._code(node, fields, kind),
            text=self._text(node, fields, kind),
            court=self._court(node, fields, kind),
            phone=_phone(fields, kind),
            label=(fields.text("label") or "") if kind is StepKind.NOTED else "",
            marks=self._marks(fields, kind),
            answers=self.answers_reader.read(node, fields, self.answers) if kind is StepKind.CORRECTED else None,
        )
        fields.done()
        return step

    def _by(self, node: Node, fields: Fields, kind: StepKind) -> str:
        if kind not in _BY_THE_COURT | {StepKind.NOTED}:
            return ""
        by = fields.need("by").text()
        node.refer("by", [by], self.people)
        if kind in _BY_THE_COURT and not any(grant.role in REGISTRARS for grant in self.people[by].roles):
            raise node.child("by").error(f"{by!r} is no registrar")
        return by

    def _code(self, node: Node, fields: Fields, kind: StepKind) -> str:
        if kind is not StepKind.REJECTED:
            return ""
        code = fields.need("reason").text()
        node.refer("reason", [code], self.pack.rejection_reasons)
        return code

    def _text(self, node: Node, fields: Fields, kind: StepKind) -> str:
        if kind in _WITH_WORDS:
            return fields.need("text").text()
        return (fields.text("text") or "") if kind in (StepKind.RETURNED, StepKind.NOTED) else ""

    def _court(self, node: Node, fields: Fields, kind: StepKind) -> str:
        if kind is not StepKind.TRANSFERRED:
            return ""
        court = fields.need("to").text()
        node.refer("to", [court], self.pack.courts)
        return court

    def _marks(self, fields: Fields, kind: StepKind) -> tuple[MarkedPoint, ...]:
        return fields.need("marks").each(self._mark) if kind is StepKind.RETURNED else ()

    def _mark(self, node: Node) -> MarkedPoint:
        """A mark's target is a part ("relief"), or "party 2", "issue 1", "document 1" by place in the file."""
        fields = node.mapping()
        target = fields.need("on").matching(
            r"court|parties|issues|relief|documents|declaration|(party|issue|document) [1-9][0-9]?",
            'a part such as relief, or "party 2", "issue 1", "document 1"',
        )
        code, text = fields.need("reason").text(), fields.text("text")
        fields.done()
        node.refer("reason", [code], self.pack.return_reasons)
        return MarkedPoint(target=self._target(node, target), code=code, text=text or "")

    def _target(self, node: Node, target: str) -> str:
        kind, _, place = target.partition(" ")
        if kind not in ("party", "issue"):
            return target
        listed = self.answers.parties if kind == "party" else self.answers.issues
        if int(place) > len(listed):
            raise node.child("on").error(f"there is no {target}")
        return f"{kind}:{listed[int(place) - 1].id}"


def _what_and_when(node: Node, fields: Fields) -> tuple[StepKind, When]:
    named = [(kind, value) for kind in StepKind if (value := fields.maybe(kind.value)) is not None]
    if len(named) != 1:
        raise node.error(f"must name one thing that happens: {', '.join(StepKind)}")
    kind, value = named[0]
    when = read_when(value.text())
    if when is None:
        raise value.error(f"must be a time: {MEANING}")
    return kind, when


def _phone(fields: Fields, kind: StepKind) -> str:
    node = fields.maybe("phone") if kind is StepKind.PAID else None
    if node is None:
        return ""
    contact = read_contact(node.text())
    if contact is None or contact.kind is not ContactKind.PHONE:
        raise node.error("must be a mobile number")
    return contact.value
