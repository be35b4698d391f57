"""What fields make of what people, robots and attackers send."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.core.errors import Problem
from app.core.language import T, speaking
from app.core.money import Money
from app.web import fields
from tests.builders.specimen import ANSWERS, SpecimenForm, posted

APP = Flask(__name__)
Answers = MultiDict[str, Any]


def filled(**changes: Any) -> SpecimenForm:
    """The specimen form as posted with right answers but for `changes`, and validated."""
    return posted_form(posted(**changes))


def posted_form(answers: Any) -> SpecimenForm:
    """The specimen form as posted with `answers` and one file, and validated."""
    data = {key: answers.getlist(key) for key in answers} | {"papers": (BytesIO(b"%PDF"), "a.pdf")}
    with APP.test_request_context("/", method="POST", data=data):
        form = SpecimenForm()
        form.validate()
        return form


def messages(form: fields.Form) -> dict[str, str]:
    """The message of each field that has one, in English."""
    with speaking("en"):
        return {problem.field: str(problem.text) for problem in form.problems()}


def test_right_answers_become_values_of_their_own_kind() -> None:
    form = filled()
    assert messages(form) == {}
    assert form.data | {"papers": None} == {
        "name": "Mutoni Aline",
        "story": "I lent money.\nIt was not paid back.",
        "phone": "+250788123456",
        "email": "aline@example.com",
        "nid": "1199080012345678",
        "value": Money(20_000, "RWF"),
        "happened": date(2026, 5, 4),
        "court": "tb-nyge",
        "way": "sms",
        "wishes": ("do",),
        "sure": True,
        "code": "123456",
        "password": " open sesame ",
        "pages": 12,
        "papers": None,
        "version": "3",
    }


def test_an_empty_post_asks_for_every_answer_even_where_there_was_one_before() -> None:
    with APP.test_request_context("/", method="POST"):
        form = SpecimenForm(data={"name": "Before"})
        assert not form.validate()
    assert set(messages(form)) == {
        *("name", "story", "phone", "email", "nid", "value", "happened-day", "court", "way", "wishes", "sure"),
        *("code", "password", "pages", "papers"),
    }


@pytest.mark.parametrize("key", [key for key in ANSWERS if key != "wishes"])
def test_a_repeated_key_is_a_message_and_not_a_choice_of_ours(key: str) -> None:
    form = filled(**{key: [ANSWERS[key], ANSWERS[key]]})
    field = "happened-day" if key.startswith("happened") else key
    assert messages(form) == {field: "Send one answer here, not several."}


@pytest.mark.parametrize("key", list(ANSWERS))
def test_a_file_where_text_belongs_is_a_message_and_not_an_accident(key: str) -> None:
    data = {k: v for k, v in ANSWERS.items() if k != key} | {key: (BytesIO(b"x"), "x.txt")}
    with APP.test_request_context("/", method="POST", data=data):
        form = SpecimenForm()
        form.validate()
        assert (key if not key.startswith("happened") else "happened-day") in messages(form)


@pytest.mark.parametrize("bad", ["a\0b", "a\x07b", "a\u202eb", "a\ufffdb", "\ud800"])
def test_characters_that_cannot_be_shown_are_refused_and_not_shown_again(bad: str) -> None:
    form = SpecimenForm(MultiDict({**ANSWERS, "name": bad, "story": bad}))
    form.validate()
    assert messages(form)["name"] == "Take out the characters that cannot be shown, then try again."
    assert "story" in messages(form)
    assert form.name.data == ""
    assert form.name.shown in ("ab", "")


def test_text_is_trimmed_normalised_and_its_line_ends_made_one_kind() -> None:
    form = filled(name="  Ame\u0301lie   Uwase ", story="one\r\ntwo\rthree\x0cfour")
    assert form.name.data == "Am\u00e9lie Uwase"
    assert form.story.data == "one\ntwo\nthree\nfour"


def test_a_text_that_is_too_long_is_kept_on_the_page_and_counted_in_the_message() -> None:
    form = filled(name="x" * 201)
    assert messages(form) == {"name": "Use at most 200 characters. You have used 201."}
    assert form.name.shown == "x" * 201


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0788123456", "+250788123456"),
        ("0788 123 456", "+250788123456"),
        ("+250 788-123-456", "+250788123456"),
        ("250788123456", "+250788123456"),
        ("+254 712 345678", "+254712345678"),
        ("078812345", None),
        ("0788FLOWER", None),
        ("+", None),
        ("112", None),
        ("078812345678901234", None),
    ],
)
def test_phone_numbers_are_kept_in_one_form_or_refused(typed: str, kept: str | None) -> None:
    form = filled(phone=typed)
    assert form.phone.data == kept
    assert ("phone" in messages(form)) == (kept is None)
    assert form.phone.shown == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Aline@Example.COM", "Aline@example.com"),
        ("a.b+c@court.gov.rw", "a.b+c@court.gov.rw"),
        ("aline", None),
        ("aline@", None),
        ("aline@host", None),
        ("a b@example.com", None),
        ("a@@example.com", None),
        (".a@example.com", None),
        ("a..b@example.com", None),
        ("a@example.com>", None),
        ("a@-x.com", None),
        ("a@" + "x" * 64 + ".com", None),
    ],
)
def test_email_addresses_that_mail_cannot_reach_are_refused(typed: str, kept: str | None) -> None:
    assert filled(email=typed).email.data == kept


@pytest.mark.parametrize(
    ("typed", "francs"),
    [
        ("20000", 20_000),
        ("20,000", 20_000),
        ("20.000", 20_000),
        ("20 000", 20_000),
        ("20\u202f000", 20_000),
        ("20'000", 20_000),
        ("RWF 20,000", 20_000),
        ("20000Frw", 20_000),
        ("20,000.00", 20_000),
        ("1.250.000", 1_250_000),
        ("1 250 000", 1_250_000),
        ("1,00,000", 100_000),
        ("0", 0),
        ("20,5", None),
        ("20.50", None),
        ("20 00", None),
        ("20,0000", None),
        ("-20", None),
        ("twenty", None),
        ("20000 USD", None),
        ("\u0662\u0660", None),
        ("9" * 30, None),
        ("9" * 200, None),
    ],
)
def test_money_takes_any_separators_but_never_guesses(typed: str, francs: int | None) -> None:
    form = filled(value=typed)
    assert form.value.data == (None if francs is None else Money(francs, "RWF"))
    assert ("value" in messages(form)) == (francs is None)


@pytest.mark.parametrize(
    ("parts", "wrong", "message"),
    [
        (("31", "2", "2026"), "day", "Enter a real date, like 4 5 2026."),
        (("4", "13", "2026"), "month", "Enter a real date, like 4 5 2026."),
        (("4", "5", "26"), "year", "Enter a real date, like 4 5 2026."),
        (("4", "", "2026"), "month", "Enter the day, the month and the year."),
        (("4", "May", "2026"), "month", "Enter a real date, like 4 5 2026."),
        (("4", "5", "1066"), "year", "Check the year of this date."),
        (("9" * 150, "5", "2026"), "day", "Enter a real date, like 4 5 2026."),
        (("\u0664", "5", "2026"), "day", "Enter a real date, like 4 5 2026."),
    ],
)
def test_a_wrong_date_keeps_its_parts_and_leads_to_the_wrong_one(
    parts: tuple[str, str, str], wrong: str, message: str
) -> None:
    form = filled(happened__day=parts[0], happened__month=parts[1], happened__year=parts[2])
    assert messages(form) == {f"happened-{wrong}": message}
    assert tuple(form.happened.parts.values()) == parts
    assert form.happened.data is None


def test_a_choice_that_was_not_offered_is_refused() -> None:
    form = filled(court="tgi-moon", way="pigeon", wishes=["do", "harm"], sure="maybe")
    assert set(messages(form)) == {"court", "way", "wishes", "sure"}
    assert (form.court.data, form.way.data, form.wishes.data, form.sure.data) == (None, None, (), False)


def test_several_wishes_come_once_each_in_the_order_of_the_page() -> None:
    assert filled(wishes=["do", "pay", "do"]).wishes.data == ("pay", "do")


@pytest.mark.parametrize("field", ["nid", "code", "pages"])
@pytest.mark.parametrize("typed", ["12a", "1.5", "\u0661\u0662", "9" * 150, "-1"])
def test_numbers_take_plain_digits_in_bounds_only(field: str, typed: str) -> None:
    assert field in messages(filled(**{field: typed}))


def test_a_password_keeps_its_spaces_and_is_never_shown_again() -> None:
    form = filled(password="  two  spaces ")
    assert form.password.data == "  two  spaces "
    assert form.password.shown == ""


def test_a_browser_that_sends_no_file_and_one_that_sends_too_many_are_both_told() -> None:
    def upload(count: int) -> dict[str, str]:
        data = {**ANSWERS, "papers": [(BytesIO(b"x"), f"{n}.pdf") for n in range(count)] or (BytesIO(b""), "")}
        with APP.test_request_context("/", method="POST", data=data):
            form = SpecimenForm()
            form.validate()
            return messages(form)

    assert upload(0) == {"papers": "Choose a file."}
    assert upload(3) == {}
    assert upload(4) == {"papers": "Choose at most 3 files."}


def test_a_services_problems_stand_on_their_fields_or_on_the_form() -> None:
    form = filled()
    form.refuse(
        [
            Problem("name", T("Enter your name.")),
            Problem("elsewhere", T("Too many tries. Wait a little, then try again.")),
        ]
    )
    assert messages(form) == {"name": "Enter your name.", "": "Too many tries. Wait a little, then try again."}
    with speaking("en"):
        assert [str(error) for error in form.name.errors] == ["Enter your name."]


def test_a_form_that_was_not_posted_shows_what_was_there_before() -> None:
    with APP.test_request_context("/"):
        form = SpecimenForm(
            data={"phone": "+250788123456", "value": Money(1_250_000, "RWF"), "happened": date(2026, 5, 4)}
        )
    assert form.phone.shown == "0788 123 456"
    assert form.value.shown == "1,250,000"
    assert [text for _, _, text, _ in form.happened.inputs] == ["4", "5", "2026"]
    assert form.name.shown == ""


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*ANSWERS, "papers", "happened"]), st.lists(st.text(max_size=60), max_size=3)))
def test_no_text_whatsoever_makes_a_form_fail(answers: dict[str, list[str]]) -> None:
    form = SpecimenForm(MultiDict((key, value) for key, values in answers.items() for value in values))
    assert form.validate() == (form.problems() == ())
