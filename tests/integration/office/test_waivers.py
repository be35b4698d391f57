"""Fee waivers on the desk: seen beside the filing, decided with a reason, and what was not paid comes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app import wiring
from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing import claims, jobs
from app.filing.status import FilingStatus
from app.payments.queries import ObligationView, obligation_of
from app.payments.remissions.status import RemissionStatus
from tests.builders.filings import Facts, MadeFiling
from tests.builders.people import make_person, make_staff, post, signed_in_client
from tests.builders.waivers import DECIDED_AT, WORDS, decide, make_asking
from tests.integration.office.conftest import Court

NBSP = "\u00a0"


def asking(court: Court, **facts: Any) -> MadeFiling:
    mine: Facts = {"intake": court.app.extensions["documents"], **facts}  # type: ignore[typeddict-item]
    with court.house.database.transaction(SYSTEM) as session:
        return make_asking(session, **mine)


def bill(court: Court, made: MadeFiling) -> ObligationView:
    with court.house.database.reading(SYSTEM) as session:
        owed = obligation_of(session, made.id)
    assert owed is not None
    return owed


def status(court: Court, made: MadeFiling) -> RemissionStatus:
    found = bill(court, made).waiver
    assert found is not None
    return found.status


def decision(outcome: str, code: str, words: str = "We looked at it.", **more: str) -> dict[str, str]:
    return {"outcome": outcome, "code": code, f"{code}-words": words, **more}


def test_the_request_is_seen_in_the_queue_and_beside_the_filing_with_its_proof(court: Court) -> None:
    made = asking(court)
    client = court.client
    assert "Asks not to pay" in client.get("/desk").text
    page = client.get(f"/desk/filings/{made.id}").text
    for words in ("Asks not to pay", "A person who cannot pay, with a certificate", WORDS, "certificate.pdf"):
        assert words in page
    assert "Proof for the fee waiver: certificate.pdf" in page
    assert 'data-key="w"' in page
    picture = f"/desk/filings/{made.id}/documents/{made.documents[-1]}/pages/1.webp"
    assert picture in page
    assert client.get(picture).mimetype == "image/webp"
    assert made.number in client.get("/desk/waivers").text


@pytest.mark.parametrize(
    ("form", "came_to", "stands"),
    [
        (decision("full", "proof_shows_it"), RemissionStatus.GRANTED, FilingStatus.SUBMITTED),
        (
            decision("part", "can_pay_part", amount="15,000"),
            RemissionStatus.PART_GRANTED,
            FilingStatus.AWAITING_PAYMENT,
        ),
        (decision("refused", "no_proof"), RemissionStatus.REFUSED, FilingStatus.AWAITING_PAYMENT),
    ],
)
def test_it_is_decided_with_a_reason_and_the_filing_follows(
    court: Court, form: dict[str, str], came_to: RemissionStatus, stands: FilingStatus
) -> None:
    made = asking(court)
    received = court.filing(made.id).received_at
    client = court.client
    answer = post(client, f"/desk/filings/{made.id}/waiver", form, follow_redirects=True)
    assert answer.status_code == 200
    assert "The decision is kept" in answer.text
    assert made.number not in answer.text
    view = court.filing(made.id)
    assert (status(court, made), view.status, view.received_at) == (came_to, stands, received)


def test_the_decision_stays_on_the_filings_page_with_who_made_it(court: Court) -> None:
    made = asking(court)
    client = court.client
    post(client, f"/desk/filings/{made.id}/waiver", decision("full", "proof_shows_it", "The certificate is good."))
    page = client.get(f"/desk/filings/{made.id}").text.replace(NBSP, " ")
    for words in ("Waived in full", "Mugisha Jean", "The certificate is good.", "RWF 20,000"):
        assert words in page
    assert 'data-key="w"' not in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose the decision."),
        ({"outcome": "full"}, "Choose the reason."),
        (decision("part", "can_pay_part"), "Enter how much of the fee is waived."),
        (decision("part", "can_pay_part", amount="30,000"), "This is more than is owed."),
        (decision("part", "can_pay_part", amount="20000"), "This is the whole fee."),
        (decision("part", "can_pay_part", amount="-5"), "Enter the amount in whole francs"),
        (decision("full", "no_proof"), "Choose a reason that fits the decision."),
        (decision("refused", "no_proof", " "), "Write the reason, so that the person understands it."),
        (decision("maybe", "other"), "Choose one of the answers."),
    ],
)
def test_a_decision_with_a_gap_comes_back_with_what_was_typed(court: Court, form: dict[str, str], words: str) -> None:
    made = asking(court)
    answer = post(court.client, f"/desk/filings/{made.id}/waiver", {**form, "other-words": "Typed before."})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert words in answer.text
    assert "Typed before." in answer.text
    assert status(court, made) is RemissionStatus.APPLIED


def test_whoever_is_slower_sees_what_was_decided(court: Court) -> None:
    made = asking(court)
    slow = court.colleague_client
    post(court.client, f"/desk/filings/{made.id}/waiver", decision("full", "proof_shows_it"))
    answer = post(slow, f"/desk/filings/{made.id}/waiver", decision("refused", "no_proof", "Not proved."))
    assert answer.status_code == 409
    assert "decided on, or taken back, in the meantime" in answer.text
    assert "Not proved." in answer.text
    assert status(court, made) is RemissionStatus.GRANTED
    assert slow.get(f"/desk/filings/{made.id}/waiver").status_code == 303


def test_what_a_colleague_has_in_hand_is_left_to_them(court: Court) -> None:
    made = asking(court)
    with court.house.database.transaction(SYSTEM) as session:
        claims.claim(session, court.colleague.actor, made.id, at=court.app.extensions["clock"].now())
    answer = post(court.client, f"/desk/filings/{made.id}/waiver", decision("refused", "no_proof"))
    assert answer.status_code == 409
    assert "Another registrar has this filing in hand" in answer.text


def test_the_desk_of_others_shows_nothing_of_it(court: Court) -> None:
    with court.house.database.transaction(SYSTEM) as session:
        stranger = make_person(session)
        own = make_staff(session, Role.REGISTRAR, "TGI-NYGE", name="Ingabire Solange")
    made = asking(court, filer=own)
    clients = [
        court.staff(Role.REGISTRAR, "TGI-GSBO"),
        court.staff(Role.JUDGE, "TGI-NYGE"),
        court.staff(Role.CASHIER, "TGI-NYGE"),
        signed_in_client(court.app, stranger),
        signed_in_client(court.app, own),
    ]
    for client in clients:
        address = f"/desk/filings/{made.id}/waiver"
        assert client.get(address).status_code == 404
        assert post(client, address, decision("full", "proof_shows_it")).status_code == 404
        assert post(client, f"{address}/more-time").status_code == 404
        assert made.number not in client.get("/desk/waivers").text
    assert status(court, made) is RemissionStatus.APPLIED
    for client in (court.client, court.chief_client):
        assert made.number in client.get("/desk/waivers").text


def overdue(court: Court, clock: ManualClock) -> MadeFiling:
    made = asking(court)
    with court.house.database.transaction(SYSTEM) as session:
        decide(session, made, court.registrar, 0)
    clock.advance(timedelta(days=30))
    with court.house.database.transaction(SYSTEM) as session:
        jobs.lapse_overdue(session, clock.now())
    return made


def test_an_unpaid_fee_is_a_task_and_more_time_can_be_given(court: Court, clock: ManualClock) -> None:
    made = overdue(court, clock)
    client = court.client
    listed = client.get("/desk/waivers").text
    assert "Not paid after all" in listed
    assert made.number in listed
    assert "Fee not paid" in client.get("/desk").text
    page = client.get(f"/desk/filings/{made.id}").text
    assert 'data-key="g"' in page
    assert post(client, f"/desk/filings/{made.id}/waiver/more-time").status_code == 303
    assert court.filing(made.id).status is FilingStatus.AWAITING_PAYMENT
    assert made.number not in client.get("/desk/waivers").text


def test_an_unpaid_filing_can_not_be_accepted_by_mistake(court: Court, clock: ManualClock) -> None:
    made = overdue(court, clock)
    client = court.client
    post(client, f"/desk/filings/{made.id}/claim")
    answer = post(client, f"/desk/filings/{made.id}/accept")
    assert answer.status_code == 409
    assert "The fee of this filing was not paid" in answer.text
    assert court.filing(made.id).status is FilingStatus.UNDER_REVIEW


def test_a_registered_case_whose_fee_was_not_paid_is_a_task_too(court: Court, clock: ManualClock) -> None:
    made = asking(court)
    client = court.client
    post(client, f"/desk/filings/{made.id}/claim")
    assert post(client, f"/desk/filings/{made.id}/accept").status_code == 303
    with court.house.database.transaction(SYSTEM) as session:
        decide(session, made, court.registrar, 0, at=DECIDED_AT)
    clock.advance(timedelta(days=30))
    (job,) = [job for job in wiring.jobs(court.house) if job.name == "payments.demands"]
    with court.house.database.transaction(SYSTEM) as session:
        job.run(session, clock.now())
    assert made.number in court.client.get("/desk/waivers").text
    assert court.filing(made.id).status is FilingStatus.ACCEPTED


def test_the_pages_take_few_statements(court: Court, counting: Callable[[], Any]) -> None:
    made = [asking(court) for _ in range(3)]
    client = court.client
    for address in ("/desk", "/desk/waivers", f"/desk/filings/{made[0].id}", f"/desk/filings/{made[0].id}/waiver"):
        with counting() as counted:
            assert client.get(address).status_code == 200
        assert len(counted.statements) <= 6, (address, counted.statements)


def test_the_list_is_paged(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.filing.desk.PAGE", 2)
    monkeypatch.setattr("app.office.views.waivers.PAGE", 2)
    made = [asking(court) for _ in range(3)]
    client = court.client
    first = client.get("/desk/waivers").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    shown = [sum(m.number in page for m in made) for page in (first, second)]
    assert shown == [2, 1]
    assert client.get("/desk/waivers?after=nonsense").status_code == 200
