"""Money that nobody could place: put on a bill by one person or two, or sent back, and told like any payment."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.money import Money
from app.filing.status import FilingStatus
from app.payments.ids import ObligationId
from app.payments.provider import RefundSupport
from app.payments.queries import ObligationView, obligation
from app.payments.unidentified.placing import PlacedAlready, PlaceMoney, place
from app.payments.unidentified.service import KeepUnidentified, keep_unidentified
from tests.builders.filings import MadeFiling
from tests.builders.payments import make_test_till, rwf
from tests.builders.people import MadePerson, make_staff, post, signed_in_client
from tests.builders.refunds import Counter, RefundingScript
from tests.integration.office.conftest import COURT, Court

FEE = rwf(20_000)
LARGE = rwf(80_000)
WHY = {"reason": "The payer showed the operator's message with this number."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A court whose accountant and cashier look at money that nobody could place."""

    court: Court
    clock: ManualClock
    counter: Counter
    accountant: MadePerson
    cashier: MadePerson

    def client(self, who: MadePerson) -> FlaskClient:
        return signed_in_client(self.court.app, who)

    def comes(self, amount: Money = FEE, number: str = "QX1", quoted: str = "B22222222X") -> str:
        """Money arrives; the address of its page."""
        told = KeepUnidentified(
            provider="mtn_momo",
            provider_id=number,
            quoted=quoted,
            amount=amount,
            completed_at=self.clock.now(),
            tail="126",
            raw="confirmed",
        )
        with self.court.house.database.transaction(SYSTEM) as session:
            return f"/desk/payments/unplaced/{keep_unidentified(session, SYSTEM, told, at=self.clock.now())}"

    def bill(self, made: MadeFiling) -> ObligationView:
        assert made.obligation_id is not None
        with self.court.house.database.reading(SYSTEM) as session:
            return obligation(session, ObligationId(made.obligation_id))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.court.house.database.reading(SYSTEM) as session:
            return [tuple(row) for row in session.execute(text(sql))]


@pytest.fixture
def room(court: Court, clock: ManualClock) -> Room:
    provider = RefundingScript()
    till = make_test_till(court.house.database, clock, provider)
    court.app.extensions["till"] = till
    with court.house.database.transaction(SYSTEM) as session:
        return Room(
            court=court,
            clock=clock,
            counter=Counter(till, provider),
            accountant=make_staff(session, Role.ACCOUNTANT, COURT, name="Uwase Aline"),
            cashier=make_staff(session, Role.CASHIER, COURT, name="Habimana Eric"),
        )


def plain(answer: TestResponse) -> str:
    main = answer.text[answer.text.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ").replace("&#39;", "'")


def test_a_cashier_puts_it_on_a_bill_and_the_filing_goes_on(room: Room, work: Callable[[], int]) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes()
    cashier, bill = room.client(room.cashier), room.bill(made)
    assert address in cashier.get("/desk/payments/unplaced").text
    found = plain(cashier.get(f"{address}?bill={bill.reference.lower()}"))
    assert ("RWF 20,000" in found, bill.reference in found) == (True, True)
    empty = post(cashier, f"{address}/place", {"bill": bill.reference, "reason": " "})
    assert (empty.status_code, "Write how you know it." in plain(empty)) == (422, True)
    assert post(cashier, f"{address}/place", {"bill": bill.reference, **WHY}).status_code == 303
    work()
    assert room.court.filing(made.id).status is FilingStatus.SUBMITTED
    assert room.bill(made).receipts[0].provider_reference == "QX1"
    assert room.counter.accounts() == {"clearing:mtn_momo": 20_000, "court_fees": -20_000}
    kinds = {kind for (kind,) in room.rows("select kind from message")}
    assert kinds == {"sent_unpaid", "filed_paid"}
    settled = plain(cashier.get(address))
    assert f"It is on bill {bill.reference}" in settled
    receipt = re.search(r"/receipts/[0-9a-f-]+", cashier.get(address).text)
    assert receipt is not None
    assert "QX1" in room.client(made.filer).get(receipt[0]).text
    assert address not in cashier.get("/desk/payments/unplaced").text
    assert address in cashier.get("/desk/payments/unplaced?tab=settled").text


def test_what_is_more_than_the_bill_needs_goes_back(room: Room, work: Callable[[], int]) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes(rwf(25_000))
    client, bill = room.client(room.accountant), room.bill(made)
    asked = post(client, f"{address}/place", {"bill": bill.reference, **WHY})
    assert (asked.status_code, "more than the RWF 20,000" in plain(asked)) == (422, True)
    assert post(client, f"{address}/place", {"bill": bill.reference, "more": "yes", **WHY}).status_code == 303
    assert (room.bill(made).refund_due, room.bill(made).refunds[0].amount) == (rwf(5_000), rwf(5_000))
    assert room.counter.accounts() == {"clearing:mtn_momo": 25_000, "court_fees": -20_000, "unapplied": -5_000}
    room.counter.work()
    room.counter.work(seconds=5)
    assert room.counter.accounts() == {"clearing:mtn_momo": 20_000, "court_fees": -20_000}


def test_a_part_of_the_fee_leaves_the_rest_due(room: Room, work: Callable[[], int]) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes(rwf(5_000))
    post(room.client(room.accountant), f"{address}/place", {"bill": room.bill(made).reference, **WHY})
    work()
    assert (room.bill(made).due, room.court.filing(made.id).status) == (rwf(15_000), FilingStatus.AWAITING_PAYMENT)
    assert ("part_paid",) in room.rows("select kind from message")


def test_a_large_one_needs_a_second_person_at_that_court(room: Room, work: Callable[[], int]) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes(LARGE)
    accountant, cashier, bill = room.client(room.accountant), room.client(room.cashier), room.bill(made)
    form = {"bill": bill.reference, "more": "yes", **WHY}
    assert post(cashier, f"{address}/place", form).status_code == 303
    assert (room.bill(made).paid, room.counter.accounts()["suspense"]) == (rwf(0), -80_000)
    alone = post(cashier, f"{address}/decide", {"do": "agree"})
    assert (alone.status_code, "You named this bill yourself" in plain(alone)) == (403, True)
    elsewhere = room.court.staff(Role.ACCOUNTANT, "TGI-GSBO")
    assert "must agree" in plain(elsewhere.get(address))
    assert post(elsewhere, f"{address}/decide", {"do": "agree"}).status_code == 404
    assert "showed the operator" in plain(accountant.get(address))
    assert post(accountant, f"{address}/decide", {"do": "agree"}).status_code == 303
    assert post(accountant, f"{address}/decide", {"do": "agree"}).status_code == 409
    work()
    assert room.court.filing(made.id).status is FilingStatus.SUBMITTED
    assert "suspense" not in room.counter.accounts()


def test_a_refused_bill_leaves_the_money_for_another(room: Room) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes(LARGE)
    accountant, form = room.client(room.accountant), {"bill": room.bill(made).reference, "more": "yes", **WHY}
    for turn in (1, 2):
        assert post(room.client(room.cashier), f"{address}/place", form).status_code == 303
        assert post(accountant, f"{address}/decide", {"do": "refuse"}).status_code == 303
        assert plain(accountant.get(address)).count("Refused bill") == turn
    assert room.counter.accounts()["suspense"] == -80_000
    assert room.bill(made).paid == rwf(0)


def test_it_goes_back_over_its_rail_and_the_events_find_nobody_to_tell(room: Room, work: Callable[[], int]) -> None:
    address, accountant = room.comes(), room.client(room.accountant)
    why = {"court": COURT, "why": "The phone does not answer."}
    for _ in range(2):
        assert post(accountant, f"{address}/send-back", why).status_code == 303
    room.counter.work()
    room.counter.work(seconds=5)
    work()
    assert room.rows("select count(*) from event_delivery where last_error is not null or parked_at is not null") == [
        (0,)
    ]
    refund = re.search(r"/desk/payments/refunds/[0-9a-f-]+", plain_links(accountant.get(address)))
    assert refund is not None
    assert "Nobody could say what it was paid for" in plain(accountant.get(refund[0]))
    assert [sent.amount for sent in room.counter.provider.refunds_sent] == [FEE]
    assert room.counter.accounts() == {}
    assert room.rows("select count(*) from message") == [(0,)]


def plain_links(answer: TestResponse) -> str:
    return " ".join(re.findall(r'href="([^"]+)"', answer.text[answer.text.index("<main") :]))


def test_a_large_one_goes_back_by_the_yes_of_two(room: Room) -> None:
    address = room.comes(LARGE)
    why = {"court": COURT, "why": "The phone does not answer."}
    assert post(room.client(room.accountant), f"{address}/send-back", why).status_code == 303
    room.counter.work(seconds=5)
    assert room.counter.provider.refunds_sent == []
    (refund,) = room.rows("select id from refund")
    for who in (room.accountant, room.court.chief):
        assert post(room.client(who), f"/desk/payments/refunds/{refund[0]}/approve").status_code == 303
    room.counter.work(seconds=5)
    room.counter.work(seconds=5)
    assert room.counter.accounts() == {}


def test_a_rail_that_pays_nothing_back_is_not_offered(room: Room) -> None:
    room.counter.provider.can(refunds=RefundSupport.NONE)
    address, client = room.comes(), room.client(room.accountant)
    assert f"{address}/send-back" not in client.get(address).text
    answer = post(client, f"{address}/send-back", {"court": COURT, "why": "Nobody answers."})
    assert (answer.status_code, "can't send the payment back" in plain(answer)) == (409, True)
    assert room.counter.accounts() == {"clearing:mtn_momo": 20_000, "suspense": -20_000}


def test_two_clerks_at_once_place_it_once(room: Room) -> None:
    bills = [room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()) for _ in range(2)]
    payment, start = UUID(room.comes().rsplit("/", 1)[1]), threading.Barrier(2)
    refused: list[PlacedAlready] = []

    def clerk(who: MadePerson, made: MadeFiling) -> None:
        wish = PlaceMoney(payment_id=payment, bill_number=room.bill(made).reference, reason="It is theirs.")
        start.wait()
        try:
            with room.court.house.database.transaction(who.actor) as session:
                place(session, who.actor, wish, alone_up_to=50_000, at=room.clock.now())
        except PlacedAlready as slower:
            refused.append(slower)

    people = zip((room.accountant, room.cashier), bills, strict=True)
    clerks = [threading.Thread(target=clerk, args=both) for both in people]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert len(refused) == 1
    assert sorted(room.bill(made).paid.minor for made in bills) == [0, 20_000]
    assert room.rows("select count(*) from payment_attempt where provider_id = 'QX1'") == [(1,)]
    assert "suspense" not in room.counter.accounts()


def test_a_double_press_is_one_and_nobody_pays_their_own_bill(room: Room) -> None:
    own = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now(), filer=room.cashier)
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes()
    cashier = room.client(room.cashier)
    mine = post(cashier, f"{address}/place", {"bill": room.bill(own).reference, **WHY})
    assert (mine.status_code, "a bill of your own" in plain(mine)) == (403, True)
    for _ in range(2):
        assert post(cashier, f"{address}/place", {"bill": room.bill(made).reference, **WHY}).status_code == 303
    assert room.bill(made).paid == FEE
    late = post(cashier, f"{address}/send-back", {"court": COURT, "why": "Nobody answers."})
    assert (late.status_code, "Somebody was faster" in plain(late)) == (409, True)


def test_who_works_with_no_money_sees_none_and_a_foreign_bill_is_none(room: Room) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes()
    form = {"bill": room.bill(made).reference, **WHY}
    for url in ("/desk/payments/unplaced", address):
        assert room.court.client.get(url).status_code == 404
    for act in ("place", "decide", "send-back"):
        assert post(room.court.client, f"{address}/{act}", form).status_code == 404
    elsewhere = room.court.staff(Role.ACCOUNTANT, "TGI-GSBO")
    answer = post(elsewhere, f"{address}/place", form)
    assert (answer.status_code, "No bill has this number" in plain(answer)) == (422, True)
    back = post(elsewhere, f"{address}/send-back", {"court": COURT, "why": "Nobody answers."})
    assert (back.status_code, "court" in plain(back)) == (422, True)
    assert room.counter.accounts()["suspense"] == -20_000


def test_the_database_refuses_a_second_end(room: Room) -> None:
    made, address = room.court.receive(FilingStatus.AWAITING_PAYMENT, at=room.clock.now()), room.comes()
    post(room.client(room.cashier), f"{address}/place", {"bill": room.bill(made).reference, **WHY})
    again = (
        "insert into unidentified_placement (id, payment_id, court_code, obligation_id, turn, state, reason, "
        "asked_by, decided_by, attempt_id, at) select gen_random_uuid(), payment_id, court_code, obligation_id, 2, "
        "state, reason, asked_by, decided_by, (select id from payment_attempt where provider_id is null limit 1), at "
        "from unidentified_placement"
    )
    room.counter.paid()
    for sql in (again, "update unidentified_placement set reason = 'x'", "delete from unidentified_placement"):
        with pytest.raises(DBAPIError), room.court.house.database.transaction(SYSTEM) as session:
            session.execute(text(sql))
