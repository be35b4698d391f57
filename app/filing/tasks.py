"""The task list: what each section is called and how far it is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import Problem
from app.core.language import T, Text
from app.courts import FilingType, SectionKey
from app.filing.answers import Answers
from app.filing.rules import section_of

TITLES: dict[SectionKey, Text] = {
    SectionKey.COURT: T("Which court"),
    SectionKey.PARTIES: T("The people on both sides"),
    SectionKey.ISSUES: T("What the dispute is about"),
    SectionKey.RELIEF: T("What you ask for"),
    SectionKey.DOCUMENTS: T("Documents"),
    SectionKey.FEE: T("Court fee"),
    SectionKey.DECLARATION: T("Your statement that it is true"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A section: `state` is "done", "in_progress" or "not_started"; `problems` are its gaps."""

    key: SectionKey
    title: Text
    state: str
    problems: tuple[Problem, ...]
    returned: bool


def task_list(
    filing_type: FilingType, answers: Answers, gaps: Sequence[Problem], marked: frozenset[str]
) -> tuple[Task, ...]:
    """The sections in order; `marked` names those that the registrar sent back."""
    return tuple(_task(key, answers, gaps, marked) for key in filing_type.sections)


def _task(key: SectionKey, answers: Answers, gaps: Sequence[Problem], marked: frozenset[str]) -> Task:
    own = tuple(gap for gap in gaps if section_of(gap) is key)
    touched = _touched(key, answers)
    done = touched and not own
    state = "done" if done else ("in_progress" if touched else "not_started")
    return Task(key=key, title=TITLES[key], state=state, problems=own, returned=key.value in marked)


def _touched(key: SectionKey, answers: Answers) -> bool:
    touched = {
        SectionKey.COURT: answers.acting_as is not None,
        SectionKey.PARTIES: bool(answers.parties),
        SectionKey.ISSUES: bool(answers.issues),
        SectionKey.RELIEF: bool(answers.relief.asked),
        SectionKey.DOCUMENTS: answers.documents_done,
        SectionKey.FEE: bool(answers.fee_seen),
        SectionKey.DECLARATION: answers.declaration.agreed,
    }
    return touched[key]


def section_of_target(target: str) -> str:
    """The section that a registrar's mark concerns: "party:<id>" is among the parties."""
    kind = target.split(":")[0]
    return {"party": "parties", "issue": "issues", "document": "documents"}.get(kind, kind)
