"""What a request may hold: a body that a form can need, and only characters that can be kept.

An address or a key with a control character in it was made by no page of ours, so it is refused. Answers are what
people type and paste: there such a character becomes U+FFFD, which every field refuses by name, so that the page comes
back with all other words still in it. Line and page ends of word processors are left for the fields to read.
"""

import unicodedata

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from app.core.errors import Invalid
from app.core.language import T

FORM_BYTES = 1_000_000
"""The most that the answers of one form hold, in bytes of text."""

BODY_BYTES = 3 * FORM_BYTES
"""The same on its way: a letter takes up to three times its bytes when it travels as %C3%A9."""

FILE_TYPES = frozenset({"multipart/form-data", "application/offset+octet-stream"})
"""The kinds of body that may bring files."""

_LINE_ENDS = "\t\n\r"
_LINE_ENDS_PASTED = _LINE_ENDS + "\v\f\x85"
_HARMLESS = "\ufffd"


class UncleanInput(Invalid):
    """A NUL or control character where nobody types."""

    status = 400
    text = T("What was sent holds characters that can't be stored. Type it again, or paste it as plain text.")


def clean_input() -> None:
    """Refuse or make harmless what can't be kept; raises UncleanInput."""
    names: list[str | None] = [request.path, *request.form, *request.files]
    for key, values in request.args.lists():
        names += [key, *values]
    names += [file.filename for file in request.files.values()]
    if any(name is None or _unclean(name, _LINE_ENDS) for name in names):
        raise UncleanInput
    answers = list(request.form.items(multi=True))
    if any(_unclean(text, _LINE_ENDS_PASTED) for _, text in answers):
        request.form = ImmutableMultiDict((key, _harmless(text)) for key, text in answers)


def _unclean(text: str, allowed: str) -> bool:
    return not text.isprintable() and any(_is_control(c) and c not in allowed for c in text)


def _harmless(text: str) -> str:
    return "".join(_HARMLESS if _is_control(c) and c not in _LINE_ENDS_PASTED else c for c in text)


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs")
