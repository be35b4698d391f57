"""A state machine is a table: which state may follow which. It is data, printed in tests and checked in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import Conflict

S = TypeVar("S", bound=StrEnum)


class IllegalTransition(Conflict):
    """The step is not in the table; somebody else was faster, or the page was old."""

    def __init__(self, before: StrEnum, after: StrEnum) -> None:
        """Remember both states for the log."""
        super().__init__()
        self.before, self.after = before, after

    def __str__(self) -> str:
        """Both states, for the log."""
        return f"IllegalTransition: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class Transitions(Generic[S]):
    """The allowed steps of one machine."""

    table: Mapping[S, frozenset[S]]

    def check(self, before: S, after: S) -> None:
        """Raise IllegalTransition unless `after` may follow `before`."""
        if after not in self.table.get(before, frozenset()):
            raise IllegalTransition(before, after)

    def allows(self, before: S, after: S) -> bool:
        """Whether `after` may follow `before`."""
        return after in self.table.get(before, frozenset())
