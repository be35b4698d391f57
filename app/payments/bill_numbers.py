"""Bill numbers: how they are drawn, and how they are read when a person types one. Pure, but for the dice."""

import re
import secrets
from itertools import product

# No letters that are read as digits or as each other; said over the telephone without a mistake.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
MOST_READINGS = 16

_APART = re.compile(r"[\s\u00a0\u202f._/-]+")
# What is not in the alphabet was misread from something that is.
_LOOKS_LIKE = {"O": "QD", "0": "QD", "I": "JT", "1": "JT7", "L": "J", "U": "V"}


def new_reference() -> str:
    """A bill's number for people: nine letters and digits after a B; also the `externalId` at the operator."""
    return "B" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def closed_up(typed: str) -> str:
    """What was typed in capitals, without spaces, dots and dashes."""
    return _APART.sub("", typed).upper()


def readings(typed: str) -> tuple[str, ...]:
    """The bill numbers that `typed` may stand for, the plainest first; none when it can't be one.

    Case, spaces and dashes don't matter, the B may be missing or typed as 8, and a sign that no number has (O, 0, I, 1,
    L, U) is taken for those that it looks like. Two bills that differ only there are as unlikely as a guess.
    """
    text = closed_up(typed)
    if len(text) == LENGTH + 1 and text[0] in "B8":
        text = text[1:]
    if len(text) != LENGTH:
        return ()
    choices = [sign if sign in ALPHABET else _LOOKS_LIKE.get(sign, "") for sign in text]
    count = 1
    for choice in choices:
        count *= len(choice)
    if not 0 < count <= MOST_READINGS:
        return ()
    return tuple("B" + "".join(signs) for signs in product(*choices))
