"""The real web server, and what no browser would send it: it refuses or hangs up, and goes on working."""

import re
from collections.abc import Iterator

import pytest

from tests.builders.fragile_secrets import SECRETS
from tests.builders.postgres import Template
from tests.builders.raw_http import RawServer, heard, open_raw_server, statuses

HOST = b"Host: court.example\r\n"
LAST = HOST + b"Connection: close\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
SMUGGLED = b"GET /breaks HTTP/1.1\r\n" + HOST + b"\r\n"

BAD: dict[str, bytes] = {
    "no method": b"/\r\n\r\n",
    "a NUL in the path": b"GET /\x00 HTTP/1.1\r\n" + LAST + b"\r\n",
    "bytes that are no text in the path": b"GET /\xff\xfe HTTP/1.1\r\n" + LAST + b"\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\n" + LAST + b"X-A: a\x00b\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + LAST + b"X-A: a\r\n b\r\n\r\n",
    "a header of half a megabyte": b"GET / HTTP/1.1\r\n" + LAST + b"X: " + b"a" * 500_000 + b"\r\n\r\n",
    "5,000 headers": b"GET / HTTP/1.1\r\n" + LAST + b"".join(b"X%d: a\r\n" % n for n in range(5000)) + b"\r\n",
    "an unknown coding": b"POST /sign-in HTTP/1.1\r\n" + LAST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\n" + LAST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a negative length": b"POST /sign-in HTTP/1.1\r\n" + LAST + b"Content-Length: -4\r\n\r\nabcde",
    "a length with a sign": b"POST /sign-in HTTP/1.1\r\n" + LAST + b"Content-Length: +4\r\n\r\nabcd",
    "a length beyond all": b"POST /sign-in HTTP/1.1\r\n" + LAST + FORM + b"Content-Length: 99999999999\r\n\r\nabc",
    "a chunk of no size": b"POST /sign-in HTTP/1.1\r\n" + LAST + FORM + CHUNKED + b"\r\nZZ\r\nabc\r\n0\r\n\r\n",
    "a type that is no text": b"POST /sign-in HTTP/1.1\r\n"
    + LAST
    + b"Content-Type: \xff/\xfe\r\nContent-Length: 1\r\n\r\na",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "every byte there is": bytes(range(256)) * 10,
}
TWICE_MEANT: dict[str, bytes] = {
    "length, then chunks": b"Content-Length: 4\r\n" + CHUNKED,
    "chunks, then length": CHUNKED + b"Content-Length: 4\r\n",
    "chunks with a space": b"Transfer-Encoding : chunked\r\nContent-Length: 4\r\n",
    "chunks with a tab": b"Transfer-Encoding:\tchunked\r\nContent-Length: 4\r\n",
}


@pytest.fixture(scope="module")
def server(postgres: Template, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawServer]:
    name = f"raw_{worker_name}"
    with open_raw_server(postgres.copy(name).app, tmp_path_factory.mktemp("raw")) as server:
        yield server
    postgres.drop(name)


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_request_is_refused(server: RawServer, name: str) -> None:
    answer = server.say(BAD[name], wait=5)
    assert len(statuses(answer)) <= 1
    assert all(400 <= status < 500 for status in statuses(answer)), answer[:200]
    assert statuses(server.get()) == [200]


@pytest.mark.parametrize("name", TWICE_MEANT)
def test_a_body_that_ends_in_two_places_hides_no_second_request(server: RawServer, name: str) -> None:
    request = b"POST /sign-in HTTP/1.1\r\n" + HOST + TWICE_MEANT[name] + b"\r\n0\r\n\r\n" + SMUGGLED
    answer = server.say(request, wait=3)
    assert statuses(answer) == [400]
    assert b"connection: close" in answer.lower()


def test_a_body_of_a_page_that_takes_none_is_not_the_next_request(server: RawServer) -> None:
    request = b"GET /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED
    answer = server.say(request, b"GET /healthz HTTP/1.1\r\n" + LAST + b"\r\n")
    assert statuses(answer) == [200, 200]


def test_requests_sent_at_once_are_answered_one_by_one(server: RawServer) -> None:
    one = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    assert statuses(server.say(one * 20, b"GET /nowhere HTTP/1.1\r\n" + LAST + b"\r\n")) == [200] * 20 + [404]


@pytest.mark.parametrize(
    "length", [b"Content-Length: 100\r\n\r\na=b", CHUNKED + b"\r\n5\r\nab"], ids=["length", "chunks"]
)
def test_a_form_that_is_cut_short_is_no_form(server: RawServer, length: bytes) -> None:
    answer = server.say(b"POST /sign-in HTTP/1.1\r\n" + LAST + FORM + length, cut=True)
    assert statuses(answer) in ([], [400])


@pytest.mark.parametrize(
    "kind", [b"application/x-www-form-urlencoded", b"application/json", b"multipart/form-data; boundary=x"]
)
def test_a_body_without_an_announced_length_ends_where_no_form_goes_on(server: RawServer, kind: bytes) -> None:
    head = b"PUT /callbacks/mtn/x HTTP/1.1\r\n" + LAST + b"Content-Type: " + kind + b"\r\n" + CHUNKED + b"\r\n"
    piece = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    answer = server.say(head, *[piece] * 1000, b"0\r\n\r\n")
    assert all(400 <= status < 500 for status in statuses(answer))
    assert statuses(server.get()) == [200]


def test_sixty_who_never_end_their_headers_keep_nobody_waiting(server: RawServer) -> None:
    lines = [server.connect() for _ in range(60)]
    try:
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert statuses(server.get("/courts")) == [200]
    finally:
        for line in lines:
            line.close()


def test_a_client_that_hangs_up_at_once_is_missed_by_nobody(server: RawServer) -> None:
    for _ in range(30):
        with server.connect() as line:
            line.sendall(b"GET /courts HTTP/1.1\r\n" + LAST + b"\r\n")
    with server.connect() as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\n" + LAST + b"\r\n")
        assert statuses(heard(line)) == [200]


@pytest.mark.parametrize(
    "path", [b"//evil.example/x", b"//evil.example", b"/\\evil.example", b"http://evil.example/nowhere"]
)
def test_no_spelling_of_an_address_leads_off_the_site(server: RawServer, path: bytes) -> None:
    answer = server.say(b"GET " + path + b" HTTP/1.1\r\n" + LAST + b"\r\n")
    assert not re.search(rb"(?i)location:|(?:href|src|action)=\"(?:/[/\\]|https?:)[^\"]*evil", answer)


@pytest.mark.parametrize(
    "path", ["/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/static/..%2fwsgi.py", "/static//etc/passwd"]
)
def test_nothing_but_built_files_is_served_as_one(server: RawServer, path: str) -> None:
    assert statuses(server.get(path)) in ([404], [400])


def test_the_log_of_accidents_and_of_personal_data_sent_along_tells_nothing_of_anybody(server: RawServer) -> None:
    form = "&".join(
        f"field{n}={secret.replace('+', '%2B').replace(' ', '+')}" for n, secret in enumerate(SECRETS)
    ).encode()
    head = FORM + b"Content-Length: %d\r\n" % len(form)
    cookies = b"Cookie: sid=hunter2hunter2\r\nUser-Agent: gaspard@example.org\r\nReferer: http://x/?q=Gaspard\r\n"
    broken = server.say(b"GET /breaks?" + form + b" HTTP/1.1\r\n" + LAST + cookies + b"\r\n")
    server.say(b"POST /register?" + form + b" HTTP/1.1\r\n" + LAST + cookies + head + b"\r\n" + form)
    server.get("/callbacks/mtn/hunter2hunter2")
    reference = re.search(rb"\b[0-9A-F]{8}\b", broken.split(b"<main", 1)[1])
    assert statuses(broken) == [500]
    assert reference
    log = server.written()
    assert f'"reference": "{reference[0].decode()}"' in log
    assert "builtins.ValueError" in log
    assert [word for secret in SECRETS for word in (secret, secret.split()[-1]) if word in log] == []
