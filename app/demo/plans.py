"""What a world file asks for, checked and frozen."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app.accounts.contacts import Contact
from app.core.actor import Grant
from app.demo.times import When
from app.filing.answers import Answers
from app.filing.commands import MarkedPoint


class WorldError(Exception):
    """The world can't be loaded; the message is "<file>:<line>: <field>: <what is wrong>"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPlan:
    """A person. `applies` is the bar number of somebody who asks to be an advocate and waits for the answer."""

    key: str
    where: str
    name: str
    language: str
    contacts: tuple[Contact, ...]
    password: str
    registered: When
    roles: frozenset[Grant]
    bar_number: str | None
    applies: str | None
    totp_secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPlan:
    """A document of a filing: one PDF, or photos in their order."""

    kind: str
    title: str
    files: tuple[Path, ...]


class StepKind(StrEnum):
    """What can happen to a filing; each is one of the commands that the pages use, or the clock's."""

    STARTED = "started"
    SENT = "sent"
    PAID = "paid"
    CLAIMED = "claimed"
    RELEASED = "released"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"
    VOIDED = "voided"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens to a filing. What else is filled depends on the kind.

    `by` is a person's key; `code` a reason of the pack; `text` the words; `court` where it is moved; `phone` pays;
    `label` names a noted case; `answers` are those of a corrected filing, whole.
    """

    kind: StepKind
    where: str
    when: When
    by: str = ""
    code: str = ""
    text: str = ""
    court: str = ""
    phone: str = ""
    label: str = ""
    marks: tuple[MarkedPoint, ...] = ()
    answers: Answers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingPlan:
    """A filing and its history. At the counter `filer` is the registrar who enters it and `paper_received` its time."""

    key: str
    where: str
    filer: str
    filing_type: str
    language: str
    answers: Answers
    papers: tuple[PaperPlan, ...]
    steps: tuple[Step, ...]
    paper_received: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A whole world. Its `name` is what makes a second load change nothing."""

    name: str
    people: tuple[PersonPlan, ...] = field(default=())
    filings: tuple[FilingPlan, ...] = field(default=())

    def person(self, key: str) -> PersonPlan:
        """The person with that key; raises KeyError."""
        return next(p for p in self.people if p.key == key)
