"""Whatever is sent, the answer is a page or a refusal: never an accident, and never a typed word lost.

The forms are read off the portal's own pages, so a new form is attacked from the day it is shown.
"""

import html
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.hostile import SeenForm, Village, books
from tests.builders.people import csrf_token

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
# What no form may stumble over, whatever it was meant for.
VALUES: dict[str, str] = {
    "NUL": "a\x00b",
    "escape": "a\x07b\x1b[31m\x7f\x85",
    "page end": "line\fnext\vmore\u2028last",
    "bullet of a word processor": "\uf0b7 bullet",
    "emoji of next year": "hello \U0001fae8\U0001fadc",
    "turned writing": "a\u202eb\u2066c",
    "wildcards": "%_\\' or 1=1 --",
    "long number": "9" * 5000,
    "large number": "99999999999999999999",
    "float": "1e999",
    "not a number": "NaN",
    "foreign digit": "٣",
    "id of nothing": "00000000-0000-0000-0000-000000000000",
    "template": "{{7*7}}${7*7}%(a)s{0}",
    "markup": "</textarea><script>alert(1)</script>",
    "long": "x" * 100_000,
    "nested": "[" * 5000,
    "spaces": " \t\r\n",
    "header": "a\r\nSet-Cookie: x=1",
    "accents": "a" + "\u0301" * 3000,
}
# Enough for a form into which nothing is typed.
FOR_BUTTONS = {"NUL", "long number", "id of nothing", "markup", "long", "header"}
HEADERS: tuple[dict[str, str], ...] = (
    {"Range": "bytes=9-1,-5,abc", "If-Range": "x"},
    {"If-Match": '"x"', "If-None-Match": "*", "If-Modified-Since": "yesterday", "If-Unmodified-Since": "-"},
    {"Accept-Language": "en;q=9e999," + "x-" * 3000 + ";q=nan,*;q=-1"},
    {"Cookie": "sid=%00\xff; f=eyJ.x.y; lang=../../; device=\xff"},
    {"Cookie": "sid=" + "x" * 60_000 + "; f=" + "." * 5000},
    {"Host": "evil.example:99999"},
    {"Host": 'a b"<>'},
    {"Accept": "\xff;q=x,,,;", "Accept-Encoding": "gzip;q=x, br;q=, zstd, *;q=0"},  # answered as it may be, packed
    {"X-Forwarded-For": "\xff", "X-Forwarded-Proto": "https,http", "X-Forwarded-Host": "evil.example"},
    {"User-Agent": "\xff\x80" * 2000, "Referer": "http://evil.example/\xff", "Authorization": 'Digest a="'},
)


def answers(form: SeenForm) -> Iterator[tuple[str, dict[str, Any]]]:
    """What can be answered to a form besides what it asks for; the token goes in a header."""
    typed = any(i.typed for i in form.inputs)
    for name, value in VALUES.items():
        if not typed and name not in FOR_BUTTONS:
            continue
        yield name, {"data": dict.fromkeys(form.values, value)}
    yield "nothing", {}
    yield "everything twice", {"data": MultiDict([*form.values.items(), *form.values.items()])}
    yield "files for words", {"data": {key: (BytesIO(b"%PDF-1.4"), "a.pdf") for key in form.values}}


def shapes(form: SeenForm) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies that are no form, or not in the way that one is."""
    yield "JSON", {"data": b'{"a":' * 9000, "content_type": "application/json"}
    yield "plain text", {"data": b"hello", "content_type": "text/plain"}
    yield "no type", {"data": b"a=1", "content_type": ';;;=;"'}
    yield "another charset", {"data": b"a=%80\xff", "content_type": f"{FORM}; charset=utf-7"}
    yield "bytes that are no text", {"data": b"&".join(k.encode() + b"=%ff%c0%80%ED%A0%80" for k in form.values)}
    yield "10,000 fields", {"data": "&".join(f"k{n}=1" for n in range(10_000)), "content_type": FORM}
    yield "2,100 parts", {"data": {f"k{n}": "1" for n in range(2100)}, "content_type": FILES}
    yield "a part of 1.1 MB", {"data": {"k": "x" * 1_100_000}, "content_type": FILES}
    yield "parts without a boundary", {"data": b"--x\r\n", "content_type": FILES}
    part = b'--x\r\nContent-Disposition: form-data; name="a"'
    yield "a part without an end", {"data": part + b"\r\n\r\nhello", "content_type": f"{FILES}; boundary=x"}
    yield "a broken name", {"data": part[:-1] + b"\r\n\r\nhello\r\n--x--", "content_type": f"{FILES}; boundary=x"}
    bare = b"--x\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--x--\r\n"
    yield "a part without a name", {"data": bare, "content_type": f"{FILES}; boundary=x"}
    yield "keys that are none", {"data": b"%00=1&a%0ab%07=2&%ff=3", "content_type": FORM}
    for name in ("../../../etc/passwd", "C:\\x\\y.pdf", "a" * 300 + ".pdf", 'a".pdf', "\U0001fae8.pdf", "a\x07b.pdf"):
        yield f"a file called {name!r}", {"data": {**form.values, "files": (BytesIO(b"%PDF-1.4"), name)}}


def sent(client: FlaskClient, form: SeenForm, **request: Any) -> TestResponse:
    return client.post(form.url, headers={"X-CSRFToken": csrf_token(client)}, **request)


def test_no_form_breaks_whatever_is_sent_to_it(village: Village) -> None:
    forms, broken, tried = village.forms(), [], 0
    assert len(forms) > 35, "the walk misses most of the forms"
    for form in forms:
        client = village.clients[form.who]
        shaped = form.multipart or form.url in ("/sign-in", "/people", "/desk/counter", "/account/profile")
        for name, request in (*answers(form), *(shapes(form) if shaped else ())):
            answer = sent(client, form, **request)
            tried += 1
            if answer.status_code >= 500 or answer.status_code in (200, 201, 404):
                broken.append(f"{form.who}: POST {form.url} with {name}: {answer.status_code}")
        if form.url == "/sign-out":
            break
    assert broken == []
    assert tried > 900


def test_no_typed_word_is_lost_to_a_character_that_cannot_be_kept(village: Village) -> None:
    looked_at = 0
    for form in village.forms():
        typed = [i.name for i in form.inputs if i.typed]
        areas = [i.name for i in form.inputs if i.kind == "textarea"]
        if not typed or not areas:
            continue
        words = {name: f"Amagambo yanjye ya {number}" for number, name in enumerate(areas)}
        data = {**form.values, **words, typed[0]: "bad \x00\x07 here", areas[-1]: "also\x0ethis"}
        answer = sent(village.clients[form.who], form, data=data)
        assert answer.status_code in (409, 422), f"{form}: {answer.status_code}"
        there = html.unescape(answer.text)
        missing = [word for word in [*list(words.values())[:-1], "alsothis"] if word not in there]
        # The words of a reason that was not chosen are not shown again by a page that hides them; they are not sent.
        assert missing == [] or form.url.endswith(("/return", "/reject")), f"{form} loses {missing}"
        looked_at += 1
    assert looked_at >= 6


def test_what_word_processors_and_new_phones_put_into_a_text_is_taken(village: Village) -> None:
    pasted = "First\fsecond\vthird\x85fourth\u2028\u2029fifth \uf0b7 point \U0001fae8"
    draft = f"/filings/{village.filings[FilingStatus.DRAFT].id}"
    (form,) = (f for f in village.forms() if f.url == f"{draft}/relief")
    owner = village.clients["owner"]
    data = {**form.values, "asked": pasted, "value_known": "yes", "value": "500000"}
    assert sent(owner, form, data=data).status_code == 303
    page = html.unescape(owner.get(f"{draft}/relief").text)
    assert "First\nsecond\nthird\nfourth\n\nfifth \uf0b7 point \U0001fae8" in page


def test_a_form_that_is_too_large_is_refused_before_it_is_read(village: Village) -> None:
    owner = village.clients["owner"]
    for kind, size in ((FORM, 3_100_000), ("application/json", 3_100_000), (FILES, 60_000_000)):
        body = BytesIO(b"k=" + b"x" * size)
        answer = owner.post("/account/profile", input_stream=body, content_type=kind, content_length=size + 2)
        assert answer.status_code == 413
        assert body.tell() < 100_000, f"{body.tell()} bytes were read of a {kind} that nobody takes"
        assert "csrf" not in answer.text.split("<main")[1]


def test_odd_headers_break_nothing_and_are_believed_by_nobody(village: Village) -> None:
    for headers in HEADERS:
        for who, page in (("owner", "/cases"), ("stranger", "/courts"), ("clerk", "/desk"), ("stranger", "/nowhere")):
            answer = village.clients[who].get(page, headers=headers)
            assert answer.status_code < 500, (page, headers)
            assert b"evil.example" not in answer.data + str(answer.headers).encode()


def test_head_answers_as_get_does_and_changes_nothing(app: Flask, house: House, village: Village) -> None:
    pages = sorted({(form.who, form.page) for form in village.forms()})
    before = books(house.database)
    for who, page in pages:
        client = village.clients[who]
        assert client.head(page).status_code == client.get(page).status_code, page
    assert books(house.database) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_a_method_that_a_page_does_not_know_is_refused_and_counted_under_no_name_of_its_own(
    village: Village, method: str
) -> None:
    owner = village.clients["owner"]
    answer = owner.open("/account", method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert 'method="FOO"' not in owner.get("/metrics").text


SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda path: f"{path}/",
    lambda path: f"{path}//",
    lambda path: path.upper(),
    lambda path: f"{path};jsessionid=1",
    lambda path: f"{path}/.",
    lambda path: f"{path}/..%2f",
    lambda path: f"/courts/%2e%2e{path}",
    lambda path: f"/.{path}",
    lambda path: f"{path}%00",
    lambda path: f"{path}%20",
    lambda path: f"{path}.html",
    lambda path: path.replace("/", "/%2f"),
    lambda path: f"/static/..{path}",
    lambda path: f"{path}%ff",
)


def test_no_other_spelling_of_an_address_leads_to_what_it_names(village: Village) -> None:
    held = village.filings[FilingStatus.UNDER_REVIEW]
    private = (f"/filings/{held.id}", f"/desk/filings/{held.id}", "/people", "/desk", f"/pay/{held.obligation_id}")
    for path in private:
        for spell in SPELLINGS:
            for who in ("stranger", "other"):
                answer = village.clients[who].get(spell(path))
                assert answer.status_code in (303, 400, 404), f"{who}: {spell(path)} -> {answer.status_code}"
                assert held.number not in answer.text


@pytest.mark.parametrize("path", ["/\\evil.example", "/%5cevil.example", "/%5c%2fevil.example", "/%2fevil.example/x"])
def test_no_address_makes_our_page_lead_to_another_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    led_to = re.findall(r'(?:href|action|src)="([^"]*evil[^"]*)"', html.unescape(answer.text))
    assert led_to, "the language links are gone: this test looks at nothing"
    assert all(re.match(r"/[a-z%]", link) for link in led_to), led_to


def test_the_language_links_keep_every_answer_of_the_address(client: FlaskClient) -> None:
    page = html.unescape(client.get("/courts?district=gasabo&district=kicukiro&x=a%26b").text)
    assert "/courts?district=gasabo&district=kicukiro&x=a%26b&lang=fr" in page


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "%%%", "\\%", "*"])
@pytest.mark.parametrize(("who", "page"), [("owner", "/cases"), ("clerk", "/desk")])
def test_a_wildcard_finds_nothing_but_itself(village: Village, who: str, page: str, wildcard: str) -> None:
    client = village.clients[who]
    number = village.filings[FilingStatus.SUBMITTED].number
    assert number in client.get(page, query_string={"q": number}).text
    assert number not in client.get(page, query_string={"q": wildcard}).text


@pytest.mark.parametrize(
    "query",
    [{"q": "\x00"}, {"q": "a\x07"}, {"after": "\x00"}, {"\x00": "1"}, {"lang": "\x1b"}],
)
def test_a_control_character_in_an_address_is_a_bad_request(village: Village, query: dict[str, str]) -> None:
    for who, page in (("owner", "/cases"), ("clerk", "/desk"), ("stranger", "/courts")):
        assert village.clients[who].get(page, query_string=query).status_code == 400


@pytest.mark.parametrize("query", ["after=zzz", "after=" + "9" * 3000, "before=x", "q=" + "%25" * 500, "w=1e9", "w=-1"])
def test_a_place_in_a_list_that_is_none_breaks_no_list(village: Village, query: str) -> None:
    pages = (
        *(("owner", "/cases"), ("owner", "/messages"), ("owner", "/payments"), ("clerk", "/desk")),
        *(("clerk", "/desk/waivers"), ("administrator", "/people"), ("cashier", "/desk/payments")),
        *(("accountant", "/desk/payments/refunds"), ("accountant", "/desk/payments/reconciliation")),
        ("accountant", "/desk/fees"),
        ("accountant", "/desk/payments/unplaced"),
    )
    for who, page in pages:
        assert village.clients[who].get(f"{page}?{query}").status_code in (200, 400, 404, 422), page
