"""A court's day of money: totals by rail and by cashier, and the close of a drawer."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.payments.provider import ReportState
from tests.builders.payments import rwf
from tests.builders.people import MadePerson, post
from tests.builders.statements import counted
from tests.integration.counter.conftest import Town
from tests.integration.counter.test_cash_desk import DESK, take, taken, void

See = Callable[[FlaskClient, str], str]


def close(town: Town, who: MadePerson, day: str, **form: str) -> int:
    """Count the drawer; the status of the answer."""
    answer = post(town.client(who), f"{DESK}/close?day={day}", {"note": "", **form})
    return answer.status_code


def drawer(page: str) -> list[str]:
    """The figures of the only drawer: opening, taken, voided, in hand, slips."""
    row = page.split("By cashier, in cash")[2].split("<tbody>")[1].split("</tr>")[0]
    return [part.split("</span>")[0] for part in row.split('<span class="ik-money">')[1:6]]


def test_a_day_is_added_up_by_rail_and_by_cashier(town: Town, see: See) -> None:
    cashier, accountant = town.staff(Role.CASHIER), town.staff(Role.ACCOUNTANT)
    town.pay(town.owe())
    kept, wrong = town.owe(), town.owe()
    taken(take(town, cashier, kept, see))
    void(town, taken(take(town, cashier, wrong, see)), cashier, accountant)
    shown = see(town.client(accountant), DESK)
    assert drawer(shown) == ["RWF 0", "RWF 40,000", "RWF 20,000", "RWF 20,000", "RWF 0"]
    for words in ("MTN Mobile Money", "Cash desk", "Mugisha Jean", f"{kept.reference}-1"):
        assert words in shown
    assert town.bill(wrong.id).paid == rwf(0)


def test_what_stays_in_the_drawer_opens_the_next_day(town: Town, see: See) -> None:
    cashier = town.staff(Role.CASHIER)
    client = town.client(cashier)
    taken(take(town, cashier, town.owe(), see))
    assert close(town, cashier, "2026-05-04", counted="20,000", handed_over="15,000") == 303
    assert "Closed: RWF 20,000 counted" in see(client, DESK)
    assert take(town, cashier, town.owe(), see).status_code == 409
    assert close(town, cashier, "2026-05-04", counted="20,000", handed_over="15,000") == 409
    town.clock.advance(timedelta(days=1))
    client = town.client(cashier)
    taken(take(town, cashier, town.owe(), see))
    assert drawer(see(client, DESK)) == ["RWF 5,000", "RWF 20,000", "RWF 0", "RWF 25,000", "RWF 0"]
    town.clock.advance(timedelta(days=1))
    assert drawer(see(town.client(cashier), DESK))[0] == "RWF 25,000"


def test_a_difference_needs_a_note_and_is_booked(town: Town, see: See) -> None:
    cashier = town.staff(Role.CASHIER)
    taken(take(town, cashier, town.owe(), see))
    assert close(town, cashier, "2026-05-04", counted="19,000", handed_over="0") == 422
    assert close(town, cashier, "2026-05-04", counted="19,000", handed_over="19,500", note="x") == 422
    assert close(town, cashier, "2026-05-04", counted="19,000", handed_over="0", note="One note was torn") == 303
    assert town.balance() == {"clearing:cash_desk": 19_000, "cash_differences": 1_000, "court_fees": -20_000}


def test_only_the_cashier_or_who_keeps_the_books_closes_a_drawer(town: Town, see: See) -> None:
    cashier, other, accountant = town.staff(Role.CASHIER), town.staff(Role.CASHIER), town.staff(Role.ACCOUNTANT)
    taken(take(town, cashier, town.owe(), see))
    form = {"counted": "20,000", "handed_over": "0"}
    address = f"{DESK}/close?day=2026-05-04&cashier={cashier.id}"
    assert post(town.client(other), address, form).status_code == 404
    assert post(town.client(accountant), address, form).status_code == 303


def test_a_void_after_the_close_counts_on_the_next_day(town: Town, see: See) -> None:
    cashier, second = town.staff(Role.CASHIER), town.staff(Role.CASHIER)
    paid = taken(take(town, cashier, town.owe(), see))
    assert close(town, cashier, "2026-05-04", counted="20,000", handed_over="0") == 303
    void(town, paid, cashier, second)
    assert drawer(see(town.client(cashier), DESK)) == ["RWF 0", "RWF 20,000", "RWF 0", "RWF 20,000", "RWF 0"]
    town.clock.advance(timedelta(days=1))
    assert drawer(see(town.client(cashier), DESK)) == ["RWF 20,000", "RWF 0", "RWF 20,000", "RWF 0", "RWF 0"]


def test_accountants_see_payments_that_need_somebody_and_cashiers_do_not(town: Town, see: See) -> None:
    bill = town.owe()
    town.provider.says(ReportState.SUCCEEDED, rwf(1))
    client = town.client(town.payer)
    post(client, f"/pay/{bill.id}", {"phone": "0788 123 456", "shown": "20000"})
    town.work()
    words = "Payments that need somebody"
    assert words in see(town.client(town.staff(Role.ACCOUNTANT)), DESK)
    assert words not in see(town.client(town.staff(Role.CASHIER)), DESK)
    assert words not in see(town.client(town.staff(Role.ACCOUNTANT, "TGI-GSBO")), DESK)


def test_the_pages_cost_few_statements_however_many_entries(town: Town, see: See) -> None:
    cashier = town.staff(Role.CASHIER)
    paid = [taken(take(town, cashier, town.owe(), see)) for _ in range(4)]
    keeper = town.client(town.staff(Role.CHIEF_REGISTRAR))
    for address in (DESK, f"{DESK}/{paid[0]}", f"{DESK}/close?cashier={cashier.id}"):
        with counted(town.till.database) as statements:
            assert keeper.get(address).status_code == 200
        assert len(statements) <= 6, address
