"""Bill numbers as people type them."""

import pytest

from app.payments.bill_numbers import MOST_READINGS, new_reference, readings

NUMBER = "B7K2M9QRST"


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        "b7k2m9qrst",
        " B7K2M 9QRST ",
        "B-7K2-M9Q-RST",
        "7K2M9QRST",
        "87K2M9QRST",
        "b7k2m\u00a09qrst",
        "B.7K2M9QRST",
    ],
)
def test_case_spaces_and_the_b_do_not_matter(typed: str) -> None:
    assert readings(typed) == (NUMBER,)


@pytest.mark.parametrize("typed", ["B7K2M9ORST", "b7k2m90rst"])
def test_an_o_or_a_zero_is_taken_for_what_it_looks_like(typed: str) -> None:
    assert set(readings(typed)) == {NUMBER, "B7K2M9DRST"}


@pytest.mark.parametrize(
    "typed", ["", "B", "B7K2M9QR", "B7K2M9QRSTT", "B7K2M9QRS!", "B000000000", "B7K2M9QRSÉ", "A" * 900]
)
def test_what_can_be_no_number_is_none(typed: str) -> None:
    assert readings(typed) == ()


def test_every_number_that_is_drawn_reads_as_itself_first() -> None:
    for _ in range(200):
        number = new_reference()
        assert readings(number.lower()) == (number,)
        assert len(readings(number[:-3] + "OO" + number[-1])) <= MOST_READINGS
