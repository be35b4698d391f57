"""Pure rules of cases: captions, initials, who sees which contact."""

import re
from collections.abc import Sequence

from app.core.language import gettext


def caption(claimants: Sequence[str], defendants: Sequence[str], *, initials_only: bool) -> str:
    """ "Mukamana Alice and others v. Demo Ltd". Sealed cases show initials: "M.A. v. D.L."."""
    return f"{_side(claimants, initials_only)} v. {_side(defendants, initials_only)}"


def initials(name: str) -> str:
    """ "Mukamana Alice" -> "M.A."."""
    return "".join(f"{word[0].upper()}." for word in re.findall(r"\w+", name)) or "?"


def name_key(name: str) -> str:
    """A name without case, accents of typing, order of words or punctuation, to compare names by."""
    return " ".join(sorted(re.findall(r"\w+", name.casefold())))


def _side(names: Sequence[str], initials_only: bool) -> str:
    if not names:
        return gettext("a person not yet known")
    first = initials(names[0]) if initials_only else names[0]
    return first if len(names) == 1 else f"{first} +{len(names) - 1}"
