"""Fields answered by choosing: one of several, some of several, or a single tick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from wtforms.validators import StopValidation

from app.core.language import Localised, T, Text
from app.web.fields.base import StrictField

Words: TypeAlias = Text | Localised | str
Choice: TypeAlias = tuple[str, Words] | tuple[str, Words, Words | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer as a page shows it; the first one has the field's own id, so that an error can lead to it."""

    id: str
    value: str
    label: Words
    hint: Words | None
    chosen: bool


class ChoiceField(StrictField):
    """One of `choices`. `data` is the value of a choice (a str), or None.

    `choices` are (value, label) or (value, label, hint), and may be set after the form was made, before `validate`.
    """

    def __init__(self, label: Words = "", *, choices: Iterable[Choice] = (), **options: Any) -> None:
        """Labels and hints are texts, or data in every language."""
        super().__init__(label, **options)
        self.choices: list[Choice] = list(choices)

    @property
    def options(self) -> list[Option]:
        """The answers in order, with what was chosen marked."""
        return [
            Option(
                id=self.id if number == 1 else f"{self.id}-{number}",
                value=choice[0],
                label=choice[1],
                hint=choice[2] if len(choice) > 2 else None,
                chosen=self._chosen(choice[0]),
            )
            for number, choice in enumerate(self.choices, start=1)
        ]

    def _chosen(self, value: str) -> bool:
        return bool(self.data == value)

    def _known(self, values: Sequence[str]) -> bool:
        known = {choice[0] for choice in self.choices}
        return all(value in known for value in values)

    def pre_validate(self, form: object) -> None:
        """Refuse what wasn't offered."""
        super().pre_validate(form)
        if self.data and not self._known([self.data]):
            self.data = None
            raise StopValidation(T("Choose one of the answers."))


class MultiChoiceField(ChoiceField):
    """Any of `choices`. `data` is a tuple of values in the order of the choices, each once."""

    empty = ()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take every value posted; here alone a key may be repeated."""
        self.data = ()
        if not all(isinstance(value, str) for value in valuelist):
            raise ValueError(T("Choose one of the answers."))
        self.data = tuple(dict.fromkeys(self.clean(value) for value in valuelist if value))
        if not self.data and self.required is not None:
            raise ValueError(self.required)

    def _chosen(self, value: str) -> bool:
        return value in self.data

    def pre_validate(self, form: object) -> None:
        """Refuse what wasn't offered, and put the rest in order."""
        StrictField.pre_validate(self, form)
        if not self._known(self.data):
            self.data = ()
            raise StopValidation(T("Choose one of the answers."))
        self.data = tuple(choice[0] for choice in self.choices if choice[0] in self.data)


class TickField(StrictField):
    """One box to tick. `data` is a bool; with `required` it must be ticked."""

    empty = False

    @property
    def options(self) -> list[Option]:
        """The one box, labelled as the field."""
        return [Option(id=self.id, value="yes", label=self.label.text, hint=None, chosen=bool(self.data))]

    def read(self, text: str) -> bool:
        """Ticked, whatever the value; raises ValueError for anything else than the box's own value."""
        if text != "yes":
            raise ValueError(T("Tick the box, or leave it."))
        return True
