"""Advocates who wait for approval, and what is stuck."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.outbox import parked_deliveries
from app.filing.status import FilingStatus
from app.payments.attempts import RequestPayment
from app.payments.checkout import request_payment
from app.payments.queries import obligation
from tests.builders.people import make_person, post, signed_in_client
from tests.integration.office.conftest import Court


def apply(court: Court, name: str, bar: str) -> Any:
    """Somebody who says they are an advocate."""
    with court.house.database.transaction(SYSTEM) as session:
        who = make_person(session, name=name)
    client = signed_in_client(court.app, who)
    assert post(client, "/account/advocate", {"bar_number": bar}).status_code == 303
    return who


def test_a_registrar_approves_and_refuses_advocates(court: Court, work: Callable[[], int]) -> None:
    apply(court, "Ingabire Solange", "RBA/7")
    refused = apply(court, "Rukundo Yves", "RBA/8")
    client = court.client
    page = client.get("/desk/advocates").text
    assert "Ingabire Solange" in page
    assert "RBA/8" in page
    ids = [part.split("/approve")[0] for part in page.split("/desk/advocates/")[1:] if "/approve" in part[:60]]
    post(client, f"/desk/advocates/{ids[0]}/approve")
    refusal = f"/desk/advocates/{ids[1]}/refuse"
    assert "Rukundo Yves" in client.get(refusal).text
    for gap in ({}, {"reason": "other_name"}, {"words": "Another name."}, {"reason": "none", "words": "x"}):
        assert post(client, refusal, gap).status_code == 422
    assert post(client, refusal, {"reason": "other_name", "words": "RBA/8 is another advocate."}).status_code == 303
    assert "will appear here" in client.get("/desk/advocates").text
    with court.house.database.reading(SYSTEM) as session:
        states = session.execute(text("select state from role_grant where role = 'advocate' order by bar_number"))
        assert list(states.scalars()) == ["active", "ended"]
    again = post(client, f"/desk/advocates/{ids[0]}/approve")
    assert again.status_code in (404, 409)
    assert post(client, refusal, {"reason": "other", "words": "Once more."}).status_code == 409
    work()
    reader = signed_in_client(court.app, refused)
    read = reader.get("/account/advocate").text
    assert ("The bar number belongs to another name" in read, "RBA/8 is another advocate." in read) == (True, True)
    message = re.search(r"/messages/[0-9a-f-]{36}", reader.get("/messages").text)
    assert message is not None
    assert 'href="/account/advocate"' in reader.get(message[0]).text


def park(court: Court) -> int:
    """An event that its handler could not take; the id of its delivery."""
    court.receive(FilingStatus.AWAITING_PAYMENT)
    with court.house.database.transaction(SYSTEM) as session:
        session.execute(
            text(
                "update event_delivery set parked_at = now(), tries = 12, last_error = 'LookupError: gone' "
                "where id = (select min(id) from event_delivery)"
            )
        )
        return parked_deliveries(session)[0].id


def test_a_parked_step_is_shown_to_the_chief_and_tried_again(court: Court, work: Callable[[], int]) -> None:
    delivery = park(court)
    chief = court.chief_client
    assert "LookupError: gone" in chief.get("/desk/trouble").text
    assert post(chief, f"/desk/trouble/events/{delivery}").status_code == 303
    work()
    page = chief.get("/desk/trouble").text
    assert "LookupError" not in page
    assert "Nothing is stuck" in page


def test_a_message_that_did_not_arrive_is_shown_with_whom_to_call(court: Court, work: Callable[[], int]) -> None:
    made = court.receive(FilingStatus.AWAITING_PAYMENT)
    work()
    with court.house.database.transaction(SYSTEM) as session:
        session.execute(
            text("update delivery set status = 'failed', failure = 'undelivered', next_at = null where channel = 'sms'")
        )
    page = court.chief_client.get("/desk/trouble").text
    assert "It could not be delivered." in page
    assert str(made.filer.phone) in page


def leave_unknown(court: Court) -> tuple[UUID, UUID]:
    """A payment that the operator said nothing about for a day; the ids of its attempt and its filing."""
    made = court.receive(FilingStatus.AWAITING_PAYMENT)
    assert made.obligation_id is not None
    with court.house.database.reading(SYSTEM) as session:
        due = obligation(session, made.obligation_id).due
    wish = RequestPayment(obligation_id=made.obligation_id, msisdn="+250788123456", shown=due, provider="mtn_momo")
    attempt = request_payment(court.house.extensions["till"], made.filer.actor, wish)
    with court.house.database.transaction(SYSTEM) as session:
        session.execute(text("update payment_attempt set parked_at = now(), next_at = null"))
    return attempt, made.id


def test_a_payment_without_a_clear_answer_is_shown_and_asked_about_again(court: Court) -> None:
    attempt, filing_id = leave_unknown(court)
    chief = court.chief_client
    assert "No clear answer for a day" in chief.get("/desk/trouble").text
    assert post(chief, f"/desk/trouble/payments/{attempt}").status_code == 303
    assert "No clear answer yet" in chief.get("/desk/trouble").text
    assert post(chief, f"/desk/trouble/payments/{filing_id}").status_code == 404


def test_only_chiefs_and_administrators_see_what_is_stuck(court: Court) -> None:
    park(court)
    assert court.client.get("/desk/trouble").status_code == 404
    assert post(court.client, "/desk/trouble/events/1").status_code == 404
    administrator = court.staff(Role.ADMINISTRATOR, None)
    page = administrator.get("/desk/trouble")
    assert page.status_code == 200
    assert "LookupError" in page.text
    assert "/desk/counter" not in page.text


def test_another_courts_chief_settles_none_of_this_courts_payments(court: Court) -> None:
    attempt, _ = leave_unknown(court)
    other = court.staff(Role.CHIEF_REGISTRAR, "TGI-GSBO")
    assert "No clear answer" not in other.get("/desk/trouble").text
    assert post(other, f"/desk/trouble/payments/{attempt}").status_code == 404


@pytest.mark.parametrize("delivery", ["0", "9223372036854775807", "99999999999999999999", "-1"])
def test_a_step_that_is_not_parked_is_left_alone(court: Court, delivery: str) -> None:
    assert post(court.chief_client, f"/desk/trouble/events/{delivery}").status_code in (303, 404)


@pytest.mark.parametrize("address", ["/desk/counter", "/desk/advocates", "/desk/trouble"])
def test_each_page_asks_the_database_at_most_six_times(
    court: Court, counting: Callable[[], Any], address: str, work: Callable[[], int]
) -> None:
    park(court)
    client = court.chief_client
    with counting() as counted:
        assert client.get(address).status_code == 200
    assert len(counted.statements) <= 6, counted.statements
