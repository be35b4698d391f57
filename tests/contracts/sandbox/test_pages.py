"""The pages for the person who tests."""

from collections.abc import Iterator

import httpx
import pyotp
import pytest

from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import Mtn


@pytest.fixture
def http(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.url, trust_env=False, timeout=15, follow_redirects=True) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/handset", "/handset/250788000000", "/mailbox", "/mailbox/a@b.rw", "/faults", "/authenticator"]
)
def test_every_page_says_that_no_money_moves(http: httpx.Client, path: str) -> None:
    page = http.get(path)
    assert page.status_code == 200
    assert "SIMULATED: no money moves" in page.text


@pytest.mark.parametrize("ending", ["101", "211", "301", "401", "408"])
def test_the_front_page_explains_the_numbers(http: httpx.Client, ending: str) -> None:
    assert f'<th scope="row">{ending}</th>' in http.get("/").text


def test_a_number_can_be_written_as_people_write_it(http: httpx.Client) -> None:
    page = http.get("/handset", params={"number": "0788 123 456"})
    assert page.url.path == "/handset/250788123456"


def test_a_handset_shows_the_prompt_with_its_buttons_until_one_is_pressed(http: httpx.Client, mtn: Mtn) -> None:
    reference = mtn.accepted(payerMessage="Fee for <b>RC 1</b>")
    page = http.get("/handset/250788000000").text
    assert "RWF 20,000" in page
    assert "Fee for &lt;b&gt;RC 1&lt;/b&gt;" in page
    for action in ("approve", "wrong-pin", "decline", "ignore"):
        assert f'value="{action}"' in page
    assert "1 waiting" in http.get("/handset").text
    done = http.post(f"/handset/250788000000/prompts/{reference}", data={"action": "approve", "pin": "0000"})
    assert 'value="approve"' not in done.text
    assert "SUCCESSFUL" in done.text


@pytest.mark.parametrize("pin", ["", "123", "123456", "abcd"])
def test_approving_needs_a_pin_of_four_or_five_digits(mtn: Mtn, pin: str) -> None:
    reference = mtn.accepted()
    assert mtn.press(reference, "approve", pin=pin).status_code == 422
    assert mtn.status(reference).json()["status"] == "PENDING"


def test_a_prompt_is_answered_on_its_own_handset_only(mtn: Mtn) -> None:
    reference = mtn.accepted()
    assert mtn.press(reference, "approve", msisdn="250788000111").status_code == 409
    assert mtn.status(reference).json()["status"] == "PENDING"


def test_another_site_cannot_press_buttons(mtn: Mtn) -> None:
    reference = mtn.accepted()
    answer = mtn.http.post(
        f"/handset/250788000000/prompts/{reference}",
        data={"action": "approve", "pin": "1234"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert mtn.status(reference).json()["status"] == "PENDING"


def test_a_fault_is_set_and_cleared_by_form(http: httpx.Client) -> None:
    page = http.post("/faults", data={"operator": "mtn", "kind": "slow", "on": "", "times": "2", "seconds": ""})
    assert "mtn: slow" in page.text
    assert [fault["times"] for fault in http.get("/faults.json").json()["faults"]] == [2]
    assert "Everything works" in http.post("/faults/clear").text


def test_a_fault_form_that_is_wrong_says_so(http: httpx.Client) -> None:
    page = http.post("/faults", data={"operator": "mtn", "kind": "slow", "times": "often"})
    assert page.status_code == 422
    assert "times must be a whole number" in page.text


def test_the_authenticator_shows_codes_that_an_authenticator_would(http: httpx.Client) -> None:
    secret = pyotp.random_base32()
    assert http.post("/authenticator", json={"label": "registrar@example.rw", "secret": secret}).status_code == 201
    [shown] = http.get("/authenticator.json").json()["codes"]
    assert shown["label"] == "registrar@example.rw"
    assert pyotp.TOTP(secret).verify(shown["code"], valid_window=1)
    assert 1 <= shown["seconds_left"] <= 30
    assert "registrar@example.rw" in http.get("/authenticator").text


def test_a_new_secret_replaces_the_one_of_the_same_label(http: httpx.Client) -> None:
    for secret in (pyotp.random_base32(), pyotp.random_base32()):
        http.post("/authenticator", json={"label": "judge", "secret": secret})
    assert len(http.get("/authenticator.json").json()["codes"]) == 1


@pytest.mark.parametrize("sent", [{}, {"label": "judge"}, {"label": "judge", "secret": "1!"}, []])
def test_a_secret_that_is_none_is_refused(http: httpx.Client, sent: object) -> None:
    assert http.post("/authenticator", json=sent).status_code == 422


@pytest.mark.parametrize("seconds", ["", "-1", "nan", "soon"])
def test_the_clock_only_goes_forward(http: httpx.Client, seconds: str) -> None:
    assert http.post("/clock", json={"seconds": seconds}).status_code == 422
