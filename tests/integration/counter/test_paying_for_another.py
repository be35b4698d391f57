"""Paying somebody else's bill by its number, with or without an account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.core.actor import ANONYMOUS, SYSTEM
from app.core.errors import Absent
from app.payments import checkout, service
from app.payments.attempts import RequestPayment, SomebodyPays
from app.payments.ids import AttemptId
from app.payments.provider import ReportState
from app.payments.queries import ObligationView
from tests.builders.payments import PHONE
from tests.builders.people import MadePerson, post
from tests.builders.statements import counted
from tests.integration.counter.conftest import Town

See = Callable[[FlaskClient, str], str]
OTHER_PHONE = "0788 999 321"


def find(client: FlaskClient, bill: ObligationView) -> str:
    """Type the number as people do; the address of the bill."""
    typed = f"{bill.reference[:5].lower()} {bill.reference[5:]}"
    answer = post(client, "/pay", {"number": typed})
    assert answer.status_code == 303
    return str(answer.location)


def form_key(page: str) -> str:
    return page.split('name="key" value="')[1].split('"')[0]


def press(client: FlaskClient, address: str, see: See, **changes: str) -> tuple[int, str]:
    form = {"phone": OTHER_PHONE, "shown": "20000", "key": form_key(see(client, address)), **changes}
    answer = post(client, address, form)
    return answer.status_code, str(answer.location)


def test_a_stranger_pays_by_the_number_and_keeps_status_and_receipt(town: Town, see: See) -> None:
    bill = town.owe()
    stranger = town.client()
    address = find(stranger, bill)
    shown = see(stranger, address)
    for words in ("RWF 20,000", "Deposit fee", "Nyarugenge", bill.reference):
        assert words in shown
    assert "Uwase" not in shown
    status, made = press(stranger, address, see)
    assert status == 303
    assert "Look at your phone" in see(stranger, made)
    assert "ends in 321" in see(stranger, made)
    town.provider.says(ReportState.SUCCEEDED)
    town.work()
    assert f'data-done="{made}"' in see(stranger, f"{made}/fragment")
    shown = see(stranger, made)
    for words in ("Paid", "RWF 20,000", "778899", "ending in 321", f"{bill.reference}-1"):
        assert words in shown
    assert stranger.get(f"{made}/receipt.pdf").data[:5] == b"%PDF-"
    assert town.bill(bill.id).due.minor == 0
    assert town.sql("select begun_by from payment_attempt") == [(None,)]


def test_the_owner_sees_it_paid_and_who_began_it_is_recorded(town: Town, see: See) -> None:
    bill, friend = town.owe(), town.person()
    client = town.client(friend)
    _, made = press(client, find(client, bill), see)
    town.provider.says(ReportState.SUCCEEDED)
    town.work()
    assert "Paid" in see(town.client(town.payer), f"/pay/{bill.id}/status")
    assert town.sql("select begun_by from payment_attempt") == [(friend.id,)]
    assert town.sql("select distinct actor from attempt_event where from_state is null") == [(str(friend.id),)]
    mine = see(client, "/payments")
    assert "You paid for somebody else" in mine
    assert f"/pay/{bill.id}" not in mine
    paid = town.bill(bill.id).attempts[0].id
    assert client.get(f"/receipts/{paid}").status_code == 200
    assert client.get(f"/pay/{bill.id}").status_code == 404
    assert made not in see(town.client(town.payer), f"/pay/{bill.id}/status")


def test_pressing_twice_asks_once_and_another_payer_is_told_to_wait(town: Town, see: See) -> None:
    address = find(town.client(), town.owe())
    one, two = town.client(), town.client()
    key = form_key(see(one, address))
    made = {press(one, address, see, key=key)[1] for _ in range(2)}
    assert len(made) == 1
    assert press(two, address, see)[0] == 409
    assert len(town.provider.requests) == 1


def test_wrong_numbers_reveal_nothing_and_guessing_ends(town: Town) -> None:
    void, bill = town.owe(), town.owe()
    with town.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, void.id, reason="lapsed", at=town.clock.now())
    stranger = town.client()
    seen = [post(stranger, "/pay", {"number": typed}) for typed in ("B222222222", void.reference)]
    assert [answer.status_code for answer in seen] == [422, 422]
    words = "No bill has this number"
    assert [words in answer.get_data(as_text=True) for answer in seen] == [True, True]
    assert [post(stranger, "/pay", {"number": "B222222222"}).status_code for _ in range(48)] == [422] * 48
    assert post(stranger, "/pay", {"number": bill.reference}).status_code == 429
    town.clock.advance(timedelta(hours=1))
    assert post(stranger, "/pay", {"number": bill.reference}).status_code == 303


def test_links_can_be_neither_made_nor_used_for_another_purpose(town: Town, see: See) -> None:
    bill = town.owe()
    stranger = town.client()
    address = find(stranger, bill)
    token = address.rsplit("/", 1)[1]
    _, made = press(stranger, address, see)
    turned = ("A" if token[0] != "A" else "B") + token[1:]
    forged = [
        f"/pay/for/{turned}",
        f"/pay/made/{token}",
        f"/pay/for/{made.rsplit('/', 1)[1]}",
        "/pay/for/x",
        "/pay/made/é",
    ]
    assert [stranger.get(address).status_code for address in forged] == [404] * len(forged)


def test_whoever_neither_owns_the_bill_nor_quotes_its_number_begins_nothing(town: Town) -> None:
    bill = town.owe()
    wish = RequestPayment(obligation_id=bill.id, msisdn=PHONE, shown=bill.due, provider="mtn_momo")
    for quoted in (None, "B222222222"):
        with pytest.raises(Absent):
            checkout.request_payment(town.till, ANONYMOUS, _quoting(wish, quoted))
    first = checkout.request_payment(town.till, town.payer.actor, wish)
    with pytest.raises(SomebodyPays):
        checkout.request_payment(town.till, ANONYMOUS, _quoting(wish, bill.reference))
    assert checkout.request_payment(town.till, town.payer.actor, wish) == first


def test_a_settled_bill_says_so_to_whoever_holds_its_number(town: Town, see: See) -> None:
    bill = town.owe()
    town.pay(bill)
    stranger = town.client()
    assert "There is nothing to pay" in see(stranger, find(stranger, bill))


def test_my_payments_show_states_and_receipts_page_by_page_at_few_statements(town: Town, see: See) -> None:
    bills = [town.owe() for _ in range(22)]
    paid: AttemptId = town.pay(bills[-1])
    client = town.client(town.payer)
    with counted(town.till.database) as statements:
        first = see(client, "/payments")
    assert len(statements) <= 6
    assert f"/receipts/{paid}" in first
    assert bills[1].reference not in first
    older = first.split('rel="next" href="')[1].split('"')[0]
    second = see(client, older)
    assert [bill.reference in second for bill in bills[:3]] == [True, True, False]
    assert 'rel="next"' not in second
    assert bills[0].reference not in see(client, "/payments?after=nonsense")


def test_nobody_sees_anothers_payments(town: Town, see: See) -> None:
    bill = town.owe()
    other: MadePerson = town.person()
    assert bill.reference not in see(town.client(other), "/payments")
    assert town.client().get("/payments").status_code == 303


def _quoting(wish: RequestPayment, number: str | None) -> RequestPayment:
    return RequestPayment(
        obligation_id=wish.obligation_id,
        msisdn=wish.msisdn,
        shown=wish.shown,
        provider=wish.provider,
        quoted=number,
    )
