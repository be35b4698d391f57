"""Amounts are whole minor units, and read the same in every language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.language import LANGUAGES, speaking
from app.core.money import CurrencyMismatch, Money, total


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Money(20_000, "RWF"), "RWF 20,000"),
        (Money(0, "RWF"), "RWF 0"),
        (Money(-500, "RWF"), "RWF -500"),
        (Money(125_050, "KES"), "KES 1,250.50"),
        (Money(5, "EUR"), "EUR 0.05"),
    ],
)
def test_an_amount_reads_the_same_in_every_language(amount: Money, words: str) -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert str(amount) == words


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_only_whole_numbers_are_amounts(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "RWF")  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "RWF") + Money(1, "KES")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "RWF") < Money(1, "KES")


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_a_total_is_the_sum(minors: list[int]) -> None:
    assert total([Money(m, "RWF") for m in minors], "RWF") == Money(sum(minors), "RWF")
