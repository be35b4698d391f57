"""What the bundled fonts can draw. PDF/A forbids a hole in the text, so what they can't draw is spelled as "[U+1F600]".

`printable.txt` holds the ranges of code points, in hex, for which typst 0.15 set a paper in every style used here.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

_RANGES = Path(__file__).with_name("printable.txt")
_LATIN_END = 0x250
_PUNCTUATION = frozenset("‘’“”„«»–—…•€→")


@cache
def printable() -> frozenset[int]:
    """The code points that the bundled fonts have."""
    found: set[int] = set()
    for part in _RANGES.read_text().split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def unprintable_in(text: str) -> frozenset[str]:
    """The characters of `text` that a paper would spell out; to tell the writer beforehand."""
    normal = unicodedata.normalize("NFC", text)
    return frozenset(c for c in normal if not c.isspace() and ord(c) not in printable() and not _silent(c))


def drawable(value: Any, *, latin_only: bool = False) -> Any:
    """`value` (JSON) with every string in NFC, without control and direction marks, and spelled where no glyph exists.

    With `latin_only` everything beyond Latin letters and common punctuation is spelled: the last resort.
    """
    match value:
        case str():
            normal = unicodedata.normalize("NFC", value)
            return "".join(_drawn(c, latin_only) for c in normal)
        case dict():
            return {key: drawable(item, latin_only=latin_only) for key, item in value.items()}
        case list() | tuple():
            return [drawable(item, latin_only=latin_only) for item in value]
    return value


def _drawn(c: str, latin_only: bool) -> str:
    if c == "\n":
        return c
    if c.isspace():
        return " "
    if _silent(c):
        return ""
    known = ord(c) < _LATIN_END or c in _PUNCTUATION if latin_only else True
    return c if known and ord(c) in printable() else f"[U+{ord(c):04X}]"


def _silent(c: str) -> bool:
    """Control characters, direction and joining marks, variation selectors: nothing a reader sees."""
    return unicodedata.category(c) in ("Cc", "Cf") or 0xFE00 <= ord(c) <= 0xFE0F
