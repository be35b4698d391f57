"""From a fee paid twice to the money back and the news of it: the wired portal, its queues and the operator's wire."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import wiring
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing.queries import filing
from app.filing.status import FilingStatus
from app.payments import checkout, queries
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView
from app.payments.status import AttemptState, ObligationStatus
from sandbox.server import Sandbox
from tests.builders.filings import MadeFiling, make_filing
from tests.builders.postgres import Urls
from tests.builders.settings import make_settings
from tests.contracts.sandbox.callers import Mtn, eventually


@pytest.fixture
def house(box: Sandbox, fresh_urls: Urls, clock: ManualClock) -> Iterator[wiring.House]:
    outside = box.world.settings
    settings = make_settings(
        database_url=fresh_urls.app,
        mtn_base_url=f"{box.url}/mtn",
        mtn_subscription_key=outside.mtn.collection_key,
        mtn_api_user=outside.mtn.api_user,
        mtn_api_key=outside.mtn.api_key,
        mtn_disbursement_key=outside.mtn.disbursement_key,
        # The sandbox takes callbacks to this host only; nobody listens there, so every answer is asked for.
        callback_url="http://127.0.0.1:9",
        twilio_base_url=f"{box.url}/twilio",
        twilio_account_sid=outside.sms.sid,
        twilio_auth_token=outside.sms.token,
        smtp_port=box.smtp_port,
    )
    built = wiring.build(settings, clock)
    yield built
    built.database.dispose()


def pay(house: wiring.House, made: MadeFiling, phone: str) -> None:
    assert made.obligation_id is not None
    owed = ObligationId(made.obligation_id)
    due = seen(house, made).due
    command = RequestPayment(obligation_id=owed, msisdn=phone, shown=due, provider="mtn_momo")
    checkout.request_payment(house.extensions["till"], made.filer.actor, command)


def seen(house: wiring.House, made: MadeFiling) -> ObligationView:
    assert made.obligation_id is not None
    with house.database.reading(SYSTEM) as session:
        return queries.obligation(session, ObligationId(made.obligation_id))


def news(house: wiring.House) -> list[str]:
    with house.database.reading(SYSTEM) as session:
        return list(session.execute(text("select kind from message order by created_at, id")).scalars())


def test_a_fee_paid_twice_comes_back_with_nobody_touching_it_and_the_filing_is_filed(
    house: wiring.House, work: Callable[[], int], clock: ManualClock, operator: Mtn
) -> None:
    with house.database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    pay(house, made, "+250788000302")  # the operator says that it failed, and takes the money all the same
    clock.advance(timedelta(seconds=5))
    work()
    assert [a.state for a in seen(house, made).attempts] == [AttemptState.EXPIRED]
    pay(house, made, "+250788000101")
    clock.advance(timedelta(seconds=5))
    work()
    assert seen(house, made).status is ObligationStatus.PAID
    operator.advance(20)
    eventually(lambda: len(operator.debits()) == 2)
    for _ in range(4):
        clock.advance(timedelta(seconds=30))
        work()
    view = seen(house, made)
    assert (view.status, view.refunded) == (ObligationStatus.PAID, view.fees)
    back = [line for line in operator.http.get("/books").json()["payments"] if line["kind"] == "refund"]
    assert [(line["amount"], line["status"]) for line in back] == [(view.fees.minor, "SUCCESSFUL")]
    with house.database.reading(SYSTEM) as session:
        assert filing(session, SYSTEM, made.id).status is FilingStatus.SUBMITTED
        assert session.execute(text("select sum(amount_minor) from posting")).scalar_one() == 0
    assert [kind for kind in news(house) if kind.startswith("refund")] == ["refund_due", "refund_paid"]
