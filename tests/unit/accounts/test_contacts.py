"""Contacts as people type them."""

import pytest

from app.accounts.contacts import Contact, ContactKind, masked, read_contact, shown

PHONE = Contact(ContactKind.PHONE, "+250788123456")
EMAIL = Contact(ContactKind.EMAIL, "aline@example.com")


@pytest.mark.parametrize(
    "typed",
    [
        "0788123456",
        "0788 123 456",
        " 0788-123-456 ",
        "(0788) 123.456",
        "+250788123456",
        "+250 788 123 456",
        "250788123456",
        "00250788123456",
        "0788\u00a0123\u00a0456",
    ],
)
def test_a_rwandan_number_is_read_however_it_is_written(typed: str) -> None:
    assert read_contact(typed) == PHONE


def test_a_number_from_abroad_needs_its_prefix() -> None:
    assert read_contact("+32 470 12 34 56") == Contact(ContactKind.PHONE, "+32470123456")
    assert read_contact("0470 12 34 56") is None


@pytest.mark.parametrize("typed", ["ALINE@example.com", " aline@EXAMPLE.com "])
def test_an_address_is_kept_in_small_letters(typed: str) -> None:
    assert read_contact(typed) == EMAIL


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "aline",
        "0788",
        "0788123456789012",
        "+1 900 123 4567",  # premium rate
        "0252 123 456",  # a landline gets no SMS
        "٠٧٨٨١٢٣٤٥٦",
        "a@b",
        "a b@example.com",
        "@example.com",
        "a@@example.com",
        "a@example..com",
        ".a@example.com",
        "a@-example.com",
        "al\u0456ne@example.com",  # a Cyrillic letter that looks like i
        "a@example.com\nBcc: b@example.com",
        "x" * 250 + "@example.com",
        "%%%",
    ],
)
def test_what_is_neither_is_nothing(typed: str) -> None:
    assert read_contact(typed) is None


def test_it_is_shown_as_people_write_it() -> None:
    assert shown(PHONE) == "0788 123 456"
    assert shown(Contact(ContactKind.PHONE, "+32470123456")) == "+32 470 12 34 56"
    assert shown(EMAIL) == "aline@example.com"


def test_a_masked_contact_is_known_to_its_owner_only() -> None:
    assert masked(PHONE) == "•••• 456"
    assert masked(EMAIL) == "a•••@example.com"
