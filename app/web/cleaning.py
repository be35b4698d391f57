"""What a request may hold: a body that a form can need, and only characters that can be kept.

An address or a key with a control character in it was made by no page of ours, so it is refused. Answers are what
people type and paste: there such a character becomes U+FFFD, which every field refuses by name, so that the page comes
back with all other words still in it. Line and page ends of word processors are left for the fields to read.
"""

import re

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

HARMLESS = "\ufffd"
"""What stands in an answer where a control character was."""

_LINE_ENDS = "\t\n\r"


def control_characters(*, but: str, and_also: str = "") -> re.Pattern[str]:
    """Finds one control character or half of a surrogate pair, `but` those allowed, `and_also` those named.

    One search of a pattern: a loop over the characters of a large form would keep a server busy for seconds.
    """
    found = "".join(c for c in map(chr, (*range(0x20), *range(0x7F, 0xA0))) if c not in but)
    return re.compile(f"[{re.escape(found + and_also)}\ud800-\udfff]")


_IN_NAMES = control_characters(but=_LINE_ENDS)
_IN_ANSWERS = control_characters(but=_LINE_ENDS + "\v\f\x85")


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
    if any(name is None or _IN_NAMES.search(name) for name in names):
        raise UncleanInput
    answers = list(request.form.items(multi=True))
    if any(_IN_ANSWERS.search(text) for _, text in answers):
        request.form = ImmutableMultiDict((key, _IN_ANSWERS.sub(HARMLESS, text)) for key, text in answers)
