"""What the script adds, in a real browser: nothing typed or uploaded is lost, nothing is sent twice."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, redirect, render_template_string, request
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.wrappers import Response as AnyResponse

from tests.builders.browser import PATIENCE, serve
from tests.builders.specimen import SpecimenForm, make_specimen_app
from tests.builders.tus_double import TusDouble

pytestmark = pytest.mark.browser

_FORM = """{% extends "web/layout.html" %}{% block content %}
<form method="post" novalidate enctype="multipart/form-data" data-draft="a">{{ ui.csrf() }}
{{ ui.input(form.name) }}{{ ui.area(form.story) }}{{ ui.radios(form.way) }}{{ ui.input(form.password) }}
{{ ui.file(form.papers, upload="/uploads", shrink=True) }}
{{ ui.button("Save", name="do", value="save") }}</form>
<form method="post" action="/leave" data-leaves>{{ ui.csrf() }}{{ ui.button("Leave") }}</form>{% endblock %}"""
_STATUS = """{% extends "web/layout.html" %}{% block content %}
{% call ui.live("/fragment") %}waiting{% endcall %}
<label>Note <input id="note"></label>{{ ui.keys_switch() }}
{{ ui.link_button("Next", "/end?next", key="n") }}{% endblock %}"""


@dataclass(slots=True)
class Site:
    """A small site on the portal's frame, and what it was sent."""

    app: Flask = field(default_factory=make_specimen_app)
    uploads: TusDouble = field(default_factory=TusDouble)
    posts: list[dict[str, list[str]]] = field(default_factory=list)
    fragments: int = 0
    saved: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def form(self) -> Response | AnyResponse | str | tuple[str, int]:
        """A form that keeps the story only, so that tests can tell the phone's memory from the server's."""
        if request.method == "GET":
            return self._page(SpecimenForm(formdata=None, data=self.saved))
        form = SpecimenForm()
        self.posts.append(request.form.to_dict(flat=False))
        if not form.name.data:
            form.validate()
            return self._page(form), 422
        self.saved["name"] = form.name.data
        return redirect("/end", 303)

    def _page(self, form: SpecimenForm) -> str:
        return render_template_string(_FORM, form=form)

    def fragment(self) -> str:
        """A status that is final at the third look."""
        self.fragments += 1
        return '<b data-done="/end">paid</b>' if self.fragments > 2 else f"look {self.fragments}"

    def install(self) -> None:
        """Add the pages to the specimen app."""
        self.app.add_url_rule("/form", view_func=self.form, methods=["GET", "POST"])
        self.app.add_url_rule("/fragment", view_func=self.fragment)
        self.app.add_url_rule("/status-page", view_func=lambda: render_template_string(_STATUS))
        self.app.add_url_rule("/leave", view_func=lambda: redirect("/end", 303), methods=["POST"], endpoint="leave")
        self.app.add_url_rule("/nothing", view_func=lambda: Response(status=204), methods=["POST"], endpoint="nothing")
        end = '{% extends "web/layout.html" %}{% block content %}<h1>The end</h1>{% endblock %}'
        self.app.add_url_rule("/end", view_func=lambda: render_template_string(end), endpoint="end")
        self.uploads.install(self.app)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of the test's own."""
    site = Site()
    site.install()
    with serve(site.app) as site.address:
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of the test's own."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    """The form, opened in English."""
    page = context.new_page()
    page.goto(f"{site.address}/form?lang=en")
    return page


def save(page: Page) -> None:
    """Press Save."""
    page.get_by_role("button", name="Save").click()


def test_two_taps_send_a_form_once(page: Page, site: Site) -> None:
    page.fill("#name", "Aline")
    page.evaluate("() => { const b = document.querySelector('[name=do]'); b.click(); b.click(); }")
    page.wait_for_url("**/end")
    assert len(site.posts) == 1
    assert site.posts[0]["do"] == ["save"]


def test_coming_back_makes_the_button_ready_again(page: Page) -> None:
    # An answer without a page leaves this one where it is, as a browser's memory of pages does.
    page.evaluate("document.forms[0].action = '/nothing'")
    save(page)
    button = page.get_by_role("button", name="Save")
    page.wait_for_function("() => document.querySelector('[name=do]').disabled")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert button.is_enabled()


def test_what_was_typed_is_back_after_a_reload_except_secrets(page: Page) -> None:
    page.fill("#story", "I lent money.")
    page.get_by_label("By e-mail").check()
    page.fill("#password", "open sesame")
    page.goto(page.url)
    assert page.input_value("#story") == "I lent money."
    assert page.get_by_label("By e-mail").is_checked()
    assert page.input_value("#password") == ""
    assert page.get_by_text("It was kept on this phone only.").is_visible()
    assert not page.get_by_role("button", name="Use my text").is_visible()
    assert "sesame" not in page.evaluate("JSON.stringify(localStorage)")


def test_the_language_switch_keeps_what_was_typed(page: Page) -> None:
    page.fill("#story", "I lent money.")
    page.get_by_role("link", name="Français").click()
    page.wait_for_url("**lang=fr")
    assert page.input_value("#story") == "I lent money."


def test_forgetting_brings_the_servers_text_back(page: Page) -> None:
    page.fill("#story", "I lent money.")
    page.goto(page.url)
    page.get_by_role("button", name="Forget it").click()
    assert page.input_value("#story") == ""
    page.goto(page.url)
    assert page.input_value("#story") == ""


def test_a_page_that_changed_meanwhile_asks_before_it_puts_text_back(page: Page, site: Site) -> None:
    page.fill("#story", "Mine")
    site.saved["story"] = "Changed in another tab"
    page.goto(page.url)
    assert page.input_value("#story") == "Changed in another tab"
    page.get_by_role("button", name="Use my text").click()
    assert page.input_value("#story") == "Mine"


def test_what_was_saved_is_forgotten_by_the_phone(page: Page) -> None:
    page.fill("#name", "Aline")
    page.fill("#story", "I lent money.")
    save(page)
    page.wait_for_url("**/end")
    page.goto(page.url.replace("/end", "/form"))
    assert page.input_value("#name") == "Aline"
    assert page.input_value("#story") == ""


def test_an_answer_with_a_mistake_is_still_remembered(page: Page) -> None:
    page.fill("#story", "I lent money.")
    save(page)
    page.wait_for_selector("#error-summary")
    page.goto(page.url)
    assert page.input_value("#story") == "I lent money."


def test_a_send_that_never_arrived_loses_nothing(page: Page, context: BrowserContext) -> None:
    address = page.url
    page.fill("#name", "Aline")
    page.fill("#story", "I lent money.")
    context.set_offline(True)
    page.get_by_role("button", name="Save").click(no_wait_after=True)
    page.wait_for_function("() => !document.querySelector('#story')")
    context.set_offline(False)
    page.goto(address)
    assert page.input_value("#story") == "I lent money."


def test_signing_out_leaves_nothing_on_a_shared_phone(page: Page) -> None:
    page.fill("#story", "I lent money.")
    page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/end")
    assert page.evaluate("Object.keys(localStorage)") == []


def paper(size: int, name: str = "paper.pdf") -> Any:
    """A file that holds no pattern, so that a lost or doubled part shows."""
    return {"name": name, "mimeType": "application/pdf", "buffer": os.urandom(size)}


def test_a_file_goes_in_parts_through_a_cut_and_arrives_whole(page: Page, site: Site) -> None:
    site.uploads.cut_after = 2
    file = paper(700_000)
    page.fill("#name", "Aline")
    page.set_input_files("#papers", file)
    save(page)
    page.wait_for_url("**/end")
    assert bytes(site.uploads.files["u1"]) == file["buffer"]
    assert "HEAD" in site.uploads.methods
    assert site.uploads.methods.count("PATCH") > 3
    assert site.posts[0]["upload"] == ["u1"]
    assert site.posts[0]["do"] == ["save"]
    assert all(site.uploads.tokens - {""})


def test_after_a_reload_a_file_goes_on_where_it_was(page: Page, site: Site, context: BrowserContext) -> None:
    file = paper(300_000)
    page.fill("#name", "Aline")
    page.set_input_files("#papers", file)
    page.evaluate("localStorage.setItem('probe', document.querySelector('#papers').files[0].lastModified)")
    modified = page.evaluate("localStorage.getItem('probe')")
    site.uploads.files["u1"] = bytearray(file["buffer"][:100_000])
    key = f"ik:up:paper.pdf:300000:{modified}"
    page.evaluate("key => localStorage.setItem(key, JSON.stringify('/uploads/u1'))", key)
    save(page)
    page.wait_for_url("**/end")
    assert bytes(site.uploads.files["u1"]) == file["buffer"]
    assert site.uploads.methods[0] == "HEAD"
    assert "POST" not in site.uploads.methods


def test_an_upload_that_the_server_forgot_begins_anew(page: Page, site: Site) -> None:
    file = paper(50_000)
    page.fill("#name", "Aline")
    page.set_input_files("#papers", file)
    modified = page.evaluate("document.querySelector('#papers').files[0].lastModified")
    key = f"ik:up:paper.pdf:50000:{modified}"
    page.evaluate("key => localStorage.setItem(key, JSON.stringify('/uploads/gone'))", key)
    save(page)
    page.wait_for_url("**/end")
    assert bytes(site.uploads.files["u1"]) == file["buffer"]


def test_a_refused_file_says_why_and_can_be_changed(page: Page, site: Site) -> None:
    site.uploads.refusal = "This file is larger than 25 MB."
    page.fill("#name", "Aline")
    page.set_input_files("#papers", paper(1000))
    save(page)
    page.get_by_text("This file is larger than 25 MB.").wait_for()
    assert site.posts == []
    site.uploads.refusal = None
    save(page)
    page.wait_for_url("**/end")
    assert site.posts[0]["upload"] == ["u1"]


def photo() -> Any:
    """A photo of 3000 by 2000 pixels that no compression makes small."""
    picture = Image.frombytes("RGB", (300, 200), os.urandom(180_000)).resize((3000, 2000))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return {"name": "page 1.jpeg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_photo_is_made_smaller_unless_full_quality_is_wanted(page: Page, site: Site) -> None:
    original = photo()
    page.fill("#name", "Aline")
    page.set_input_files("#papers", original)
    save(page)
    page.wait_for_url("**/end")
    page.go_back()
    page.fill("#name", "Aline")
    page.get_by_label("Send photos in full quality").check()
    page.set_input_files("#papers", original)
    save(page)
    page.wait_for_url("**/end")
    small, full = (bytes(site.uploads.files[name]) for name in ("u1", "u2"))
    assert Image.open(io.BytesIO(small)).size == (1600, 1066)
    assert len(small) < len(original["buffer"]) / 2
    assert full == original["buffer"]


def test_a_status_is_asked_for_until_it_is_final(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/status-page")
    page.get_by_text("look 1").wait_for()
    page.wait_for_url("**/end")
    assert site.fragments == 3


def test_one_key_does_what_its_button_does_but_never_while_typing(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/status-page")
    page.focus("#note")
    page.keyboard.press("n")
    assert page.input_value("#note") == "n"
    page.evaluate("document.activeElement.blur()")
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("n")
    assert page.url.endswith("/status-page")
    page.get_by_label("Single keys").check()
    page.keyboard.press("n")
    page.wait_for_url("**/end?next")


def test_without_scripts_the_same_form_sends_the_file_itself(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/form?lang=en")
    page.fill("#name", "Aline")
    page.set_input_files("#papers", paper(1000))
    save(page)
    page.wait_for_url("**/end")
    assert site.uploads.methods == []
    assert site.posts[0]["name"] == ["Aline"]
    context.close()
