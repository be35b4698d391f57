"""What a text message costs, and how any words are brought into its alphabet."""

import pytest

from app.notify import gsm7


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Reçu à l’heure", "Recu à l'heure"),
        ("«août» – décembre…", '"aout" - décembre...'),
        ("RWF\u00a020,000", "RWF 20,000"),
        ("ikirego cyanjye", "ikirego cyanjye"),
        ("œuvre Ÿ", "oeuvre Y"),
        ("漢", "?"),
    ],
)
def test_words_come_into_the_alphabet_without_losing_their_sense(text: str, plain: str) -> None:
    assert gsm7.plain(text) == plain
    assert gsm7.length(gsm7.plain(text)) >= len(plain)


@pytest.mark.parametrize(
    ("text", "length", "parts"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("[" * 81, 162, 2),
        ("", 0, 1),
    ],
)
def test_a_text_is_counted_in_places_and_parts(text: str, length: int, parts: int) -> None:
    assert gsm7.length(text) == length
    assert gsm7.parts(text) == parts


def test_a_text_outside_the_alphabet_is_refused_by_the_count() -> None:
    with pytest.raises(ValueError, match="ç"):
        gsm7.length("reçu")
