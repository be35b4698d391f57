"""A message that did not arrive is sent again: once, in the same words, to the contact of now."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing.status import FilingStatus
from app.notify.errands import claim_errands
from app.notify.sms import Sms
from app.wiring import House
from tests.builders.filings import MadeFiling, pay_filing
from tests.builders.people import fresh_phone, post
from tests.integration.office.conftest import Court

Work = Callable[[], int]


def change(court: Court, sql: str, **values: object) -> list[tuple[object, ...]]:
    """What the statement answers, by its `returning` or as a query."""
    with court.house.database.transaction(SYSTEM) as session:
        return [tuple(row) for row in session.execute(text(sql), values)]


def lost(court: Court, clock: ManualClock, work: Work) -> tuple[MadeFiling, str]:
    """A text message that could not be delivered; its filing, and the address of its button."""
    made = court.receive(FilingStatus.AWAITING_PAYMENT, at=clock.now())
    work()
    ((delivery,),) = change(
        court,
        "update delivery set status = 'failed', failure = 'undelivered', next_at = null, in_doubt = false, tries = 5, "
        "leased_until = null where channel = 'sms' returning id",
    )
    return made, f"/desk/trouble/messages/{delivery}"


def texts(house: House, clock: ManualClock) -> list[Sms]:
    """What the worker would send by SMS at this moment."""
    with house.database.transaction(SYSTEM) as session:
        errands = claim_errands(session, house.extensions["letterhead"], at=clock.now(), limit=10)
        return [errand.content for errand in errands if isinstance(errand.content, Sms)]


def test_it_goes_out_again_in_the_same_words_to_the_number_of_now(court: Court, clock: ManualClock, work: Work) -> None:
    made, button = lost(court, clock, work)
    phone = fresh_phone()
    change(
        court,
        "update contact set value = :phone where person_id = :id and kind = 'phone' returning id",
        phone=phone,
        id=made.filer.id,
    )
    chief = court.chief_client
    assert button in chief.get("/desk/trouble").text
    assert post(chief, button).status_code == 303
    (sms,) = texts(court.house, clock)
    assert sms.phone == phone
    assert f"{made.number} is sent but NOT filed until paid" in sms.text
    assert button not in chief.get("/desk/trouble").text


def test_only_once(court: Court, clock: ManualClock, work: Work) -> None:
    _, button = lost(court, clock, work)
    chief = court.chief_client
    assert post(chief, button).status_code == 303
    change(court, "update delivery set status = 'failed', failure = 'undelivered' where channel = 'sms' returning id")
    page = chief.get("/desk/trouble").text
    assert ("Sent again on" in page, button in page) == (True, False)
    answer = post(chief, button)
    assert (answer.status_code, "was sent again already" in answer.text) == (409, True)


def test_what_is_no_longer_true_is_not_said_again(court: Court, clock: ManualClock, work: Work) -> None:
    made, button = lost(court, clock, work)
    with court.house.database.transaction(SYSTEM) as session:
        pay_filing(session, made, at=clock.now())
    work()
    answer = post(court.chief_client, button)
    assert (answer.status_code, "newer news" in answer.text) == (409, True)


@pytest.mark.parametrize(("role", "place"), [(Role.CHIEF_REGISTRAR, "TGI-GSBO"), (Role.REGISTRAR, "TGI-NYGE")])
def test_who_does_not_look_after_that_court_sends_nothing(
    court: Court, clock: ManualClock, work: Work, role: Role, place: str
) -> None:
    _, button = lost(court, clock, work)
    assert post(court.staff(role, place), button).status_code == 404
    assert change(court, "select status from delivery where channel = 'sms'") == [("failed",)]


def test_without_a_contact_the_person_must_be_called(court: Court, clock: ManualClock, work: Work) -> None:
    made, button = lost(court, clock, work)
    change(court, "delete from contact where person_id = :id returning id", id=made.filer.id)
    answer = post(court.chief_client, button)
    assert (answer.status_code, "no proven contact" in answer.text) == (409, True)
