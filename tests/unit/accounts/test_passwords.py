"""What makes a password, and what doesn't."""

import pytest

from app.accounts.passwords import LONGEST, common_passwords, hash_password, matches, needs_rehash, problem_with

ABOUT = ("Uwase Aline", "+250788123456", "aline.uwase@example.com")


@pytest.mark.parametrize(
    "password",
    [
        "inyenyeri zirindwi mu kirere",
        "correct horse battery staple",
        "   spaces   around   ",
        "intebe y'umucamanza iri hanze",
        "mGk2!fQz7p",
        "пароль никто не знает",
        "x" * 60 + "abcd",
    ],
)
def test_what_nobody_would_guess_is_taken(password: str) -> None:
    assert problem_with(password, about=ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "123456789",
        "1234567890",
        "qwertyuiop",
        "Password123",
        "IKIREGO2026!",
        "sunshine2026",
        "aaaaaaaaaaaa",
        "abababababab",
        "uwasealine1",
        "Aline0788123456",
        "250788123456",
        "Uwase Kigali 12",
        "court court court",
        "x" * (LONGEST + 1),
    ],
)
def test_what_many_would_guess_is_refused(password: str) -> None:
    assert problem_with(password, about=ABOUT) is not None


def test_none_of_the_passwords_found_most_often_is_taken() -> None:
    taken = [password for password in common_passwords() if problem_with(password) is None]
    assert len(common_passwords()) > 19_000
    assert taken == []


def test_the_hash_is_salted_slow_and_says_how_it_was_made() -> None:
    first, second = hash_password("mu gitondo"), hash_password("mu gitondo")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not needs_rehash(first)


def test_a_password_is_taken_byte_for_byte() -> None:
    kept = hash_password(" with spaces ")
    assert matches(kept, " with spaces ")
    assert not matches(kept, "with spaces")
    assert not matches(kept, " With spaces ")


def test_nobody_and_nonsense_match_nothing() -> None:
    assert not matches(None, "nobody has this password")
    assert not matches("not a hash", "anything")


def test_a_password_beyond_the_limit_is_not_cut_into_a_right_one() -> None:
    kept = hash_password("a" * LONGEST)
    assert not matches(kept, "a" * (LONGEST + 1))
    assert not matches(kept, "a" * 1_000_000)
