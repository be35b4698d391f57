"""The mail server by SMTP, and the mailbox that shows what it kept."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest

from sandbox.server import Sandbox


@pytest.fixture
def http(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.url, trust_env=False, timeout=15) as client:
        yield client


def letter(
    message_id: str = "<1@portal>", to: str = "aline@example.rw", text: str = "Your claim is sent"
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "court@example.rw", to, "Ikirego cyawe — sent"
    message["Message-ID"] = message_id
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p><script>alert(1)</script>", subtype="html")
    return message


def send(box: Sandbox, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=15) as server:
        server.send_message(message)


def test_a_mail_is_shown_to_each_of_its_recipients_newest_first(box: Sandbox, http: httpx.Client) -> None:
    send(box, letter("<1@portal>", "aline@example.rw, Bosco@example.rw"))
    send(box, letter("<2@portal>"))
    aline = http.get("/mailbox/aline@example.rw.json").json()["messages"]
    assert [mail["message_id"] for mail in aline] == ["<2@portal>", "<1@portal>"]
    [bosco] = http.get("/mailbox/bosco@example.rw.json").json()["messages"]
    assert (bosco["subject"], bosco["text"].strip()) == ("Ikirego cyawe — sent", "Your claim is sent")
    counts = {found["address"]: found["messages"] for found in http.get("/mailbox.json").json()["addresses"]}
    assert counts == {"aline@example.rw": 2, "bosco@example.rw": 1}


def test_the_same_message_id_again_is_one_mail_that_came_twice(box: Sandbox, http: httpx.Client) -> None:
    send(box, letter())
    send(box, letter())
    [mail] = http.get("/mailbox/aline@example.rw.json").json()["messages"]
    assert mail["copies"] == 2
    assert "came 2 times" in http.get("/mailbox/aline@example.rw").text


def test_html_is_shown_as_text_and_runs_nothing(box: Sandbox, http: httpx.Client) -> None:
    send(box, letter())
    page = http.get("/mailbox/aline@example.rw")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_link_in_a_mail_can_be_followed(box: Sandbox, http: httpx.Client) -> None:
    send(box, letter(text="Go on at http://127.0.0.1:8000/reset/abc now."))
    assert 'href="http://127.0.0.1:8000/reset/abc"' in http.get("/mailbox/aline@example.rw").text


@pytest.mark.parametrize(("kind", "code"), [("refused", 550), ("temporary", 451), ("down", 421)])
def test_a_refusing_fault_keeps_nothing(box: Sandbox, http: httpx.Client, kind: str, code: int) -> None:
    http.post("/faults", json={"operator": "mail", "kind": kind, "times": 1})
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        send(box, letter())
    assert refusal.value.smtp_code == code
    assert http.get("/mailbox.json").json()["addresses"] == []
    send(box, letter())
    assert len(http.get("/mailbox/aline@example.rw.json").json()["messages"]) == 1


def test_a_connection_dropped_after_the_data_leaves_the_mail_kept(box: Sandbox, http: httpx.Client) -> None:
    http.post("/faults", json={"operator": "mail", "kind": "drop_answer", "times": 1})
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(box, letter())
    send(box, letter())
    [mail] = http.get("/mailbox/aline@example.rw.json").json()["messages"]
    assert mail["copies"] == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers at all",
        b"Message-ID: <broken\r\nSubject: =?utf-8?q?=ff?=\r\n\r\n\xff\xfe",
        b"Content-Type: text/plain; charset=nobody-knows\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=never\r\n\r\n--other\r\n",
    ],
)
def test_a_mangled_mail_is_kept_and_its_mailbox_still_opens(box: Sandbox, http: httpx.Client, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=15) as server:
        server.sendmail("court@example.rw", ["aline@example.rw"], raw)
    assert http.get("/mailbox/aline@example.rw").status_code == 200
    assert len(http.get("/mailbox/aline@example.rw.json").json()["messages"]) == 1
