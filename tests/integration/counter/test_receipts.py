"""Receipts: who sees them, what they say, and what anyone can learn from their code."""

import re
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.payments import service
from app.payments.receipts.codes import grouped
from tests.builders.people import post
from tests.builders.statements import counted
from tests.integration.counter.conftest import Town

See = Callable[[FlaskClient, str], str]


def test_a_receipt_says_what_was_paid_by_which_law_by_whom_and_when(town: Town, see: See) -> None:
    bill = town.owe()
    paid = town.pay(bill)
    shown = see(town.client(town.payer), f"/receipts/{paid}")
    for words in ("RWF 20,000", bill.reference, "Deposit fee", "Ministerial Order 17/2020", "MTN Mobile Money"):
        assert words in shown
    for words in ("ending in 456", "778899", "4 May 2026, 12:00:05 (Kigali time)", grouped(town.code(paid))):
        assert words in shown
    assert "788123456" not in shown


def test_the_pdf_says_the_same_in_the_readers_language_and_is_the_same_each_time(town: Town) -> None:
    paid = town.pay(town.owe())
    client = town.client(town.payer)
    first, second = (client.get(f"/receipts/{paid}/receipt.pdf").data for _ in range(2))
    french = client.get(f"/receipts/{paid}/receipt.pdf?lang=fr").data
    assert first == second
    assert french[:5] == b"%PDF-"
    words = pypdfium2.PdfDocument(first)[0].get_textpage().get_text_range()
    for part in ("RWF 20,000", "ending in 456", "778899", grouped(town.code(paid)), "/verify/"):
        assert part in words
    assert "Consignation" in pypdfium2.PdfDocument(french)[0].get_textpage().get_text_range()


def test_only_whom_it_concerns_and_the_courts_staff_see_a_receipt(town: Town) -> None:
    paid = town.pay(town.owe())
    address = f"/receipts/{paid}"
    seen = [Role.CASHIER, Role.ACCOUNTANT, Role.REGISTRAR, Role.CHIEF_REGISTRAR]
    assert [town.client(town.staff(role)).get(address).status_code for role in seen] == [200] * 4
    unseen = [town.staff(Role.CASHIER, "TGI-GSBO"), town.staff(Role.JUDGE), town.person()]
    assert [town.client(who).get(address).status_code for who in unseen] == [404] * 3
    assert town.client().get(address).status_code == 303


def test_anyone_may_check_a_code_and_learns_nothing_of_a_person(town: Town, see: See) -> None:
    bill = town.owe()
    code = town.code(town.pay(bill))
    stranger = town.client()
    typed = f" {code[:4]} {code[4:8].lower()}-{code[8:]} "
    answer = post(stranger, "/verify", {"code": typed})
    assert answer.status_code == 303
    shown = see(stranger, str(answer.location))
    for words in ("This receipt is genuine", "RWF 20,000", bill.reference, "4 May 2026"):
        assert words in shown
    for secret in ("Uwase", "456", "778899", "MTN Mobile", str(bill.id), str(town.payer.id)):
        assert secret not in re.sub(r'value="[^"]*"|href="[^"]*"|src="[^"]*"', "", shown)


def test_a_forged_code_is_no_receipt_and_guessing_ends(town: Town) -> None:
    code = town.code(town.pay(town.owe()))
    stranger = town.client()
    assert post(stranger, "/verify", {"code": "7K2M"}).status_code == 422
    forged = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert [stranger.get(f"/verify/{forged}").status_code for _ in range(50)] == [404] * 50
    assert stranger.get(f"/verify/{forged}").status_code == 429
    assert stranger.get(f"/verify/{code}").status_code == 429
    town.clock.advance(timedelta(hours=1))
    assert stranger.get(f"/verify/{code}").status_code == 200


def test_real_codes_may_be_checked_as_often_as_one_likes(town: Town) -> None:
    code = town.code(town.pay(town.owe()))
    stranger = town.client()
    assert {stranger.get(f"/verify/{code}").status_code for _ in range(60)} == {200}


def test_a_payment_that_goes_back_says_so_on_its_receipt_and_when_checked(town: Town, see: See) -> None:
    bill = town.owe()
    paid = town.pay(bill)
    with town.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, bill.id, reason="lapsed", at=town.clock.now())
    assert "All of this payment goes back" in see(town.client(town.payer), f"/receipts/{paid}")
    assert "RWF 20,000 of the RWF 20,000 goes back" in see(town.client(), f"/verify/{town.code(paid)}")


def test_every_success_has_one_receipt_and_nothing_else_has(town: Town) -> None:
    town.owe()
    town.pay(town.owe())
    rows = town.sql(
        "select a.state = 'succeeded', r.attempt_id is not null from payment_attempt a "
        "full join payment_receipt r on r.attempt_id = a.id"
    )
    assert rows == [(True, True)]


def test_the_pages_cost_few_statements(town: Town) -> None:
    paid = town.pay(town.owe())
    client = town.client(town.payer)
    for address in (f"/receipts/{paid}", f"/verify/{town.code(paid)}"):
        with counted(town.till.database) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= 6
