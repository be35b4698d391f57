"""What the macros write: labels, hints and messages that belong together, and nothing unescaped."""

import re
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient
from lxml import html

from app.core.actor import ANONYMOUS
from app.core.errors import Invalid, Problem
from app.core.language import T, set_language
from tests.builders.specimen import ANSWERS, make_specimen_app

NASTY = '"><script>alert(1)</script>'


@pytest.fixture
def app() -> Flask:
    """The specimen app, without tokens."""
    app = make_specimen_app()
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser on the specimen app that reads English."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    return client


def say(app: Flask, piece: str, /, **values: object) -> Any:
    """A piece of template with the macros at hand, rendered in English."""
    with app.test_request_context("/"):
        g.actor = ANONYMOUS
        set_language("en")
        text = render_template_string('{% import "web/macros.html" as ui %}<div>' + piece + "</div>", **values)
    return html.fromstring(text)


def wrong(client: FlaskClient) -> Any:
    """The page of fields after an empty post."""
    answer = client.post("/fields", data={})
    assert answer.status_code == 422
    return html.fromstring(answer.text)


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_input_has_a_label_and_points_at_ids_that_exist(client: FlaskClient, method: str) -> None:
    page = html.fromstring(getattr(client, method)("/fields").text)
    ids = [element.get("id") for element in page.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in page.xpath("//label")}
    for field in page.xpath("//main//input[not(@type='hidden')] | //main//select | //main//textarea"):
        assert field.get("id") in labelled
    for element in page.xpath("//*[@aria-describedby]"):
        assert set(element.get("aria-describedby").split()) <= set(ids)


def test_each_line_of_the_summary_leads_to_an_input_that_can_be_focused(client: FlaskClient) -> None:
    page = wrong(client)
    links = page.xpath("//*[@id='error-summary']//a/@href")
    assert len(links) == 15
    for link in links:
        (target,) = page.xpath(f"//*[@id='{link[1:]}']")
        assert target.tag in ("input", "select", "textarea")


def test_each_message_stands_at_its_field_and_is_announced_with_it(client: FlaskClient) -> None:
    page = wrong(client)
    for name in ("name", "story", "phone", "court", "papers", "sure"):
        (field,) = page.xpath(f"//*[@id='{name}']")
        assert f"{name}-error" in field.get("aria-describedby").split()
        assert field.get("aria-invalid") == "true"
    for name in ("way", "wishes", "happened"):
        (message,) = page.xpath(f"//*[@id='{name}-error']")
        fieldset = message.getparent()
        assert fieldset.tag == "fieldset"
        assert f"{name}-error" in fieldset.get("aria-describedby").split()


def test_the_title_says_that_something_is_wrong(client: FlaskClient) -> None:
    assert wrong(client).findtext(".//title") == "Error: Specimen – Ikirego"
    assert html.fromstring(client.get("/fields").text).findtext(".//title") == "Specimen – Ikirego"


def test_what_was_typed_comes_back_and_passwords_and_markup_do_not(client: FlaskClient) -> None:
    text = client.post(
        "/fields", data={**ANSWERS, "name": NASTY, "story": NASTY, "happened-day": NASTY, "code": "1"}
    ).text
    assert "<script>alert" not in text
    page = html.fromstring(text)
    assert page.xpath("//*[@id='name']/@value") == [NASTY]
    assert page.xpath("//*[@id='story']")[0].text.strip() == NASTY
    assert page.xpath("//*[@id='happened-day']/@value") == [NASTY]
    assert page.xpath("//*[@id='court']/option[@selected]/@value") == ["tb-nyge"]
    assert page.xpath("//input[@checked]/@value") == ["sms", "do", "yes"]
    assert page.xpath("//*[@id='password']/@value") == []


def test_a_first_line_break_in_a_long_answer_is_kept(app: Flask) -> None:
    from tests.builders.specimen import SpecimenForm

    with app.test_request_context("/"):
        form = SpecimenForm(formdata=None, data={"story": "\nsecond line"})
    (area,) = say(app, "{{ ui.area(form.story) }}", form=form).xpath("//textarea")
    # Parsers drop the one line break that follows the tag; what is left is the answer.
    assert area.text.removeprefix("\n") == "\nsecond line"


def test_what_belongs_to_one_answer_stands_beside_it(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/fields").text)
    (reveal,) = page.xpath("//*[@class='ik-reveal']")
    assert reveal.getparent().xpath("./input/@value") == ["mail"]
    assert reveal.xpath(".//input/@id") == ["code"]


def test_a_summary_is_made_from_a_refusal_from_problems_or_not_at_all(app: Flask) -> None:
    problems = (Problem("name", T("Enter your name."), url="/filings/1/parties"), Problem("", T("Too late.")))
    for found in (Invalid(problems=problems), problems):
        page = say(app, "{{ ui.error_summary(found) }}", found=found)
        assert page.xpath("//a/@href") == ["/filings/1/parties#name"]
        assert [item.text_content() for item in page.xpath("//li")] == ["Enter your name.", "Too late."]
    assert say(app, "{{ ui.error_summary([]) }}").xpath("//*[@id='error-summary']") == []


def test_a_state_is_told_in_words_and_an_unknown_one_by_its_name(app: Flask) -> None:
    page = say(
        app, "{{ ui.tag('awaiting_payment') }}{{ ui.tag('odd_one') }}{{ ui.tag('done', text='Ready', look='') }}"
    )
    assert [tag.text for tag in page.xpath("//strong")] == ["Waiting for payment", "odd one", "Ready"]


def test_a_change_link_says_what_it_changes(app: Flask) -> None:
    page = say(app, "{{ ui.summary_list([{'key': 'Court', 'value': ['a', '<b>'], 'url': '/x'}]) }}")
    (link,) = page.xpath("//a")
    assert link.text_content() == "Change Court"
    assert page.xpath("//dd")[0].text_content() == "a<b>"


def test_no_macro_lets_markup_through(app: Flask) -> None:
    source = """{{ ui.notice(x) }}{{ ui.warning(x) }}{{ ui.inset(x) }}{{ ui.button(x, name=x, value=x) }}
    {{ ui.empty(x) }}
    {{ ui.link_button(x, x) }}{{ ui.table(x, [x], [[x]]) }}{{ ui.steps([{"title": x, "when": x, "text": x}]) }}
    {{ ui.task_list([{"name": x, "hint": x, "state": x, "url": x}]) }}{{ ui.tag(x) }}{{ ui.pagination(older=x) }}
    {{ ui.post_button(x, x, fields={x: x}) }}{% call ui.panel(x, number=x, caption=x) %}{% endcall %}
    {% call ui.card(x, x) %}{{ x }}{% endcall %}{% call ui.details(x) %}{{ x }}{% endcall %}"""
    assert say(app, source, x=NASTY).xpath("//script") == []


def test_the_frame_offers_each_language_in_its_own_name_and_stays_on_the_page(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/fields?older=5").text)
    links = page.xpath("//ul[@class='ik-languages']//a")
    assert [(a.get("lang"), a.get("hreflang"), a.text) for a in links] == [
        ("rw", "rw", "Ikinyarwanda"),
        ("fr", "fr", "Français"),
    ]
    assert links[0].get("href") == "/fields?older=5&lang=rw"
    assert page.get("lang") == "en"


def test_the_desk_is_offered_to_the_courts_people_only(client: FlaskClient) -> None:
    assert "/desk" not in html.fromstring(client.get("/fields").text).xpath("//a/@href")
    assert "/desk" in html.fromstring(client.get("/desk").text).xpath("//a/@href")


def test_a_page_carries_no_script_style_or_handler_of_its_own(client: FlaskClient) -> None:
    for path in ("/fields", "/pieces", "/desk"):
        text = client.get(path).text
        page = html.fromstring(text)
        assert page.xpath("//style | //*[@style] | //script[not(@src)]") == []
        assert not re.search(r"<[^>]+\son\w+=", text)


def test_a_status_page_reloads_itself_only_without_scripts(app: Flask) -> None:
    with app.test_request_context("/"):
        g.actor = ANONYMOUS
        text = render_template_string('{% extends "web/layout.html" %}{% block refresh %}5{% endblock %}')
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
