"""Passwords: hashing (argon2id) and what makes one too easy.

Length alone counts, not kinds of characters (NIST SP 800-63B, 3.1.1.2); what others use or what is known of the person
is refused. A passphrase is taken byte for byte, spaces included.
"""

import gzip
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.language import T, Text

SHORTEST = 10
LONGEST = 128
_OWN_LETTERS = 6
_DIFFERENT = 5
_OF_THE_COURT = (
    "ikirego", "urukiko", "inkiko", "ubutabera", "umucamanza", "umwanditsi", "ubucamanza",
    "court", "judge", "justice", "tribunal", "registrar", "litigant", "advocate", "avocat", "greffier",
    "rwanda", "kigali", "murakoze", "password", "ijambobanga",
)  # fmt: skip

# 19 MiB, two passes, one lane: the second choice of OWASP's cheat sheet, about 40 ms here.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked when there is no such account, so that both answers cost the same.
_nobody = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash to keep, with its parameters and salt."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no account (`password_hash` is None)."""
    try:
        _hasher.verify(password_hash or _nobody, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def problem_with(password: str, *, about: Iterable[str] = ()) -> Text | None:
    """Why the password can't be used, or None. `about` is what is known of the person: name, phone, e-mail."""
    if len(password) < SHORTEST:
        return T("Use at least %(least)s characters. A few words in a row are easy to remember.", least=SHORTEST)
    if len(password) > LONGEST:
        return T("Use at most %(most)s characters.", most=LONGEST)
    folded = password.casefold()
    if len(set(folded)) < _DIFFERENT or _is_common(folded):
        return T("Many people use this password, so it is easy to guess. Choose another one.")
    if len(_without(folded, (*_words_of(about), *_OF_THE_COURT))) < _OWN_LETTERS:
        return T(
            "This password is made of your name, your contact or words about courts. Add words that only you know."
        )
    return None


def _is_common(folded: str) -> bool:
    bare = re.sub(r"[\W\d_]+$", "", folded)
    return folded in common_passwords() or (len(bare) >= 4 and bare in common_passwords() and len(folded) < 16)


def _words_of(about: Iterable[str]) -> list[str]:
    words = [word for text in about for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= 3]
    # A Rwandan number is written +250788123456 and 0788123456.
    words += [word[-9:] for word in words if word.isdecimal() and len(word) > 9]
    return sorted(words, key=len, reverse=True)


def _without(folded: str, words: Iterable[str]) -> str:
    for word in words:
        folded = folded.replace(word, "")
    return re.sub(r"\s+", "", folded)


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that were found most often in breaches, in small letters; where the list is from: THIRD-PARTY.md."""
    packed = files("app.accounts").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))
