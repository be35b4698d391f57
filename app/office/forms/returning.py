"""Sending a filing back: for each thing in it the reasons that fit, each with words that can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import Problem
from app.core.language import Localised, T, Text
from app.courts import ReturnReason
from app.filing.commands import MarkedPoint, ReturnForCorrection
from app.filing.ids import FilingId
from app.office.rules import OWN_WORDS, Markable
from app.web.fields import AreaField, Form, TickField

LONGEST = 2000
_WORDS = T("Words for the filer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A reason on the page: its box and its words. `said` are its words in every language; none for own words."""

    target: str
    reason: ReturnReason
    tick: TickField
    words: AreaField
    said: Localised | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One thing in the filing with its points. `chosen` says that one of them is ticked."""

    title: Text | Localised | str
    lines: tuple[str, ...]
    points: tuple[Point, ...]

    @property
    def chosen(self) -> bool:
        """Whether something here is to be corrected."""
        return any(point.tick.data for point in self.points)


class ReturnForm(Form):
    """The points to correct; their fields are made for the filing by `return_form`."""

    text = AreaField(T("Anything else to tell the filer"), most=LONGEST)
    groups: tuple[Group, ...] = ()

    def points(self) -> tuple[Point, ...]:
        """What is ticked."""
        return tuple(point for group in self.groups for point in group.points if point.tick.data)

    def check(self) -> bool:
        """At least one point, each with words."""
        fine = True
        for point in self.points():
            if not point.words.data and not point.words.errors:
                point.words.errors = [T("Write what the filer must correct.")]
                fine = False
        if not self.points():
            self.form_errors.append(T("Say what must be corrected: choose at least one reason."))
            fine = False
        return fine

    def problems(self) -> tuple[Problem, ...]:
        """As for every form; what concerns the whole leads to the first reason."""
        first = next((point.tick.id for group in self.groups for point in group.points), "")
        return tuple(problem if problem.field else Problem(first, problem.text) for problem in super().problems())

    def to_command(self, filing_id: FilingId) -> ReturnForCorrection:
        """The command that the form stands for."""
        marks = tuple(
            MarkedPoint(target=point.target, code=point.reason.code, text=point.words.data) for point in self.points()
        )
        return ReturnForCorrection(filing_id=filing_id, marks=marks, text=self.text.data)


def return_form(things: Sequence[Markable], language: str) -> ReturnForm:
    """The form for these things, its words in the filer's language."""
    fields: dict[str, TickField | AreaField] = {}
    words: dict[str, str] = {}
    for thing in things:
        for reason in thing.reasons:
            tick, area = _names(thing.target, reason)
            fields[tick] = TickField(reason.title)
            fields[area] = AreaField(_WORDS, most=LONGEST)
            words[area] = "" if reason.code == OWN_WORDS else reason.text.said_in(language)
    form: ReturnForm = type("ReturnFormOfAFiling", (ReturnForm,), fields)(data=words)
    form.groups = tuple(
        Group(title=thing.title, lines=thing.lines, points=tuple(_point(form, thing, r) for r in thing.reasons))
        for thing in things
        if thing.reasons
    )
    return form


def _names(target: str, reason: ReturnReason) -> tuple[str, str]:
    return f"{target}/{reason.code}", f"{target}/{reason.code}/words"


def _point(form: ReturnForm, thing: Markable, reason: ReturnReason) -> Point:
    tick, area = _names(thing.target, reason)
    said = None if reason.code == OWN_WORDS else reason.text
    return Point(target=thing.target, reason=reason, tick=form[tick], words=form[area], said=said)
