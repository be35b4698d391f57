"""The form that every form of the portal extends, and the field that every field does."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from flask import has_request_context, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Field
from wtforms.validators import StopValidation

from app.core.errors import Problem
from app.core.language import Localised, T, Text, gettext, ngettext
from app.web.cleaning import HARMLESS, control_characters
from app.web.switching import switching

_UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
# Marks that turn the reading direction: in a name they can make one text look like another.
_TURNS = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_IN_TYPED = control_characters(but="\r\n\t", and_also=_TURNS + HARMLESS)
_IN_ONE_LINE = control_characters(but="", and_also=_TURNS + HARMLESS)
_IN_LINES = control_characters(but="\n\t", and_also=_TURNS + HARMLESS)


class _OurWords:
    """What WTForms calls a translations object: our catalogues."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return ngettext(singular, plural, n)


class Form(FlaskForm):
    """A form filled from the request when it was posted, from `data=` or keywords otherwise.

    The CSRF token isn't a field: it is checked for every unsafe request before any view runs.
    """

    class Meta:
        """How WTForms is bent to our ways."""

        csrf = False

        def get_translations(self, _form: object) -> _OurWords:
            """Our catalogues."""
            return _OurWords()

        def wrap_formdata(self, _form: object, formdata: Any) -> Any:
            """What was posted, also when it is empty: an empty post must not look like a form never sent."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if has_request_context() and request.method in _UNSAFE_METHODS:
                return CombinedMultiDict([request.files, request.form])
            return None

    def validate(self, extra_validators: object = None) -> bool:
        """Whether every field holds, and `check` too.

        Never while the reader only changes the language: then the page comes back in the other language as it was
        typed, without a word about what is missing.
        """
        if has_request_context() and switching():
            for field in self:
                field.errors, field.process_errors = [], []
            return False
        fine = bool(super().validate(extra_validators))
        return self.check() and fine

    def check(self) -> bool:
        """What fields must fulfil together; a form that has such rules puts its words on a field and returns False."""
        return True

    def problems(self) -> tuple[Problem, ...]:
        """One problem a field, in the order of the page, each with the id of the input to go to."""
        found = [Problem(getattr(f, "focus_id", f.id), f.errors[0]) for f in self if f.errors]
        return (*found, *(Problem("", text) for text in self.form_errors))

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put a service's problems (`Invalid.problems`) on the fields they name, or on the whole form."""
        for problem in problems:
            if problem.field in self:
                field = self[problem.field]
                field.errors = [*field.errors, problem.text]
            else:
                self.form_errors.append(problem.text)


class StrictField(Field):
    """One text value: trimmed, in Unicode NFC, without control characters, of at most `most` characters.

    A subclass turns the text into its own kind in `read`, raising ValueError with a Text, and back in `show`.
    """

    empty: Any = None
    html_type = "text"
    inputmode: str | None = None
    autocomplete: str | None = None
    width: int | None = None
    lines = False

    def __init__(
        self,
        label: Text | Localised | str = "",
        *,
        required: Text | None = None,
        most: int = 200,
        validators: Sequence[Any] = (),
        default: Any = None,
        **options: Any,
    ) -> None:
        """`required` is what to say when nothing was entered; without it the field may stay empty."""
        super().__init__(label, validators, default=default, **options)
        self.required = required
        self.most = most
        self.typed: str | None = None

    @property
    def focus_id(self) -> str:
        """The id of the input that an error message leads to."""
        return str(self.id)

    @property
    def shown(self) -> str:
        """What the input holds: what was typed, else the value there was before."""
        return self.show(self.data) if self.typed is None else self.typed

    def process_data(self, value: Any) -> None:
        """Take the value there was before."""
        self.data = self.empty if value is None else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was posted; a ValueError becomes the field's message."""
        self.data = self.empty
        text = self.clean(one_text(valuelist, self))
        if text:
            self.data = self.read(text)
        elif self.required is not None:
            raise ValueError(self.required)

    def clean(self, value: str) -> str:
        """`value` trimmed and normalised; raises ValueError on what can't be kept or is too long."""
        text = unicodedata.normalize("NFC", value).strip()
        if (_IN_LINES if self.lines else _IN_ONE_LINE).search(text):
            raise ValueError(T("Take out the characters that cannot be shown, then try again."))
        if len(text) > self.most:
            too_long = T("Use at most %(most)s characters. You have used %(used)s.", most=self.most, used=len(text))
            raise ValueError(too_long)
        return text

    def read(self, text: str) -> Any:
        """The value that `text` stands for; raises ValueError with a Text."""
        return text

    def show(self, value: Any) -> str:
        """`value` as a person would type it."""
        return "" if value is None else str(value)

    def pre_validate(self, _form: object) -> None:
        """Stop at the first message: a value that wasn't understood isn't checked further."""
        if self.process_errors:
            raise StopValidation


def one_text(valuelist: Sequence[Any], field: StrictField) -> str:
    """The one text among posted values ("" when there is none), kept in `field.typed`; raises ValueError for more."""
    field.typed = ""
    if len(valuelist) > 1:
        raise ValueError(T("Send one answer here, not several."))
    if not valuelist:
        return ""
    if not isinstance(valuelist[0], str):
        raise ValueError(T("Type your answer here. A file does not fit."))
    field.typed = _IN_TYPED.sub("", valuelist[0])
    return valuelist[0]
