"""Web, worker, PostgreSQL and operators are killed at any instant while money comes on every rail: to the franc.

`PAYMENTS=500 pytest tests/journeys/test_money_killed_at_any_moment.py` makes so many on each rail; `SEED=7` repeats a
choice of victims. The whole suite leaves it out: it takes a minute for a single payment on each.
"""

import os
import random
import secrets
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.payments.books.entries import Period
from app.payments.books.export import Format, journal
from app.payments.reconciliation.reading import read_statement
from app.payments.reconciliation.shapes import AT_ONCE
from app.wiring import House
from tests.builders import money_invariants as true
from tests.builders.accountant import KIGALI
from tests.builders.books import judged
from tests.builders.crash_books import MONEY, under_way
from tests.builders.crash_city import City, open_city
from tests.builders.crash_crowd import Crowd, house_of
from tests.builders.crash_payers import RAILS, make_payers
from tests.builders.crash_storm import (
    Fault,
    behave,
    look_after,
    misbehave,
    pass_time,
    pass_time_until_quiet,
    slow_down,
    told,
    until,
)
from tests.builders.money_look import Look, look
from tests.builders.operators_books import read_operators

PAYMENTS = int(os.environ.get("PAYMENTS", "0"))
SEED = int(os.environ.get("SEED", secrets.randbits(32)))
LEAST_KILLED = 8
PATIENCE = 240.0 + PAYMENTS * 15
_MONEY = ("mtn", "airtel", "daraja", "irembopay", "stripe")
FAULTS: tuple[Fault, ...] = (
    *((operator, "drop_answer", {}) for operator in _MONEY),
    *((operator, "error_after_accept", {}) for operator in _MONEY),
    *((operator, "callback_repeated", {"count": 5}) for operator in _MONEY),
    *((operator, "callback_contradictory", {}) for operator in _MONEY),
    *((operator, "callback_late", {"seconds": 5}) for operator in _MONEY),
    *((operator, "broken_answer", {}) for operator in _MONEY),
    # M-Pesa tells of a payment to the paybill once and can't be asked: what is lost there only a statement shows.
    *((operator, "callback_lost", {}) for operator in _MONEY if operator != "daraja"),
)


@pytest.mark.slow
@pytest.mark.skipif(not PAYMENTS, reason="PAYMENTS says how many on each rail; it is not set")
def test_portal_operators_and_bank_agree_to_the_franc_when_everything_is_killed_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with open_city(tmp_path) as city, told(city, SEED):
        house = house_of(city)
        payers = make_payers(city, house, PAYMENTS, chance)
        crowd = Crowd(waiting=deque(payers), always=())
        until(city, city.answers, "the city is up", PATIENCE)
        slow_down(city, dict.fromkeys(_MONEY, 0.2))
        crowd.start()
        try:
            kill_until_nearly_all_are_paid(city, crowd, chance)
            until(city, city.answers, "the city is up again", PATIENCE)
            behave(city)
            until(city, lambda: hurried(city, crowd), "everybody was done", PATIENCE)
        finally:
            crowd.stop()
        # Nobody filed anything for these bills, so only money is waited for.
        pass_time_until_quiet(city, lambda: under_way(house, MONEY), PATIENCE)
        now = seen(city, house)
        complaints = true.complaints((*true.ALWAYS, *true.AT_REST), now) + list(bank_differs(city, house, now))
        assert not complaints, "\n".join(complaints)
        judged(written(house))
        paid = paid_by_rail(now)
        assert all(paid[rail] >= PAYMENTS for rail in RAILS), paid
        assert len(city.struck) >= LEAST_KILLED
        house.database.dispose()


def kill_until_nearly_all_are_paid(city: City, crowd: Crowd, chance: random.Random) -> None:
    """Somebody is killed every few seconds, the world outside misbehaves, and time passes a little faster."""
    while (crowd.waiting or len(city.struck) < LEAST_KILLED) and not crowd.accidents:
        look_after(city, chance.uniform(0.1, 2.5))
        city.strike(chance)
        # Half of the deaths come while others still lie down; without the other half a busy machine would do nothing.
        if chance.random() < 0.5:
            until(city, city.answers, "the city is up again", PATIENCE)
        if chance.random() < 0.7:
            misbehave(city, chance, FAULTS)
        hurry(city, 10.0)


def hurried(city: City, crowd: Crowd) -> bool:
    """Whether everybody is done; time passes quickly for those who wait."""
    hurry(city, 5.0)
    return crowd.all_done()


def hurry(city: City, seconds: float) -> None:
    """Let time pass, when somebody is there to let it."""
    try:
        pass_time(city, seconds)
    except httpx.TransportError:
        return


def seen(city: City, house: House) -> Look:
    """How all stands now, here and outside."""
    with httpx.Client(base_url=city.sandbox_url, trust_env=False, timeout=60) as client:
        operators = read_operators(lambda path: client.get(path).json())
    return look(house.database, operators)


def paid_by_rail(now: Look) -> Counter[str]:
    """How many payments are booked of each rail; those under a bill's number at M-Pesa are the paybill's."""
    unprompted = {one.name for one in now.operators.debits if not one.prompted}
    succeeded = [one for one in now.attempts if one.state == "succeeded"]
    return Counter("paybill" if one.provider_id in unprompted else one.provider for one in succeeded)


def bank_differs(city: City, house: House, now: Look) -> Iterator[str]:
    """What the bank got of an operator, with what was kept of it, is what that operator took and did not give back."""
    days = _days(house)
    pass_time(city, 86_400)
    paid_in: Counter[str] = Counter()
    with httpx.Client(base_url=city.sandbox_url, trust_env=False, timeout=60) as client:
        for day in days:
            content = client.get(f"/statements/bank/{day + timedelta(days=1)}.xml").content
            for line in read_statement("bank", content, KIGALI).lines:
                if line.settles is not None:
                    paid_in[line.settles[0]] += line.amount.minor + line.charge.minor
        for rail, day in product(AT_ONCE & paid_in.keys(), days):
            content = client.get(f"/statements/{rail}/{day}.csv").content
            paid_in[rail] += sum(line.charge.minor for line in read_statement(rail, content, KIGALI).lines)
    assert paid_in, "the bank got nothing"
    for rail, minor in paid_in.items():
        if minor != now.operators.held(rail):
            yield f"the bank got {minor} of {rail}, which holds {now.operators.held(rail)}"


def written(house: House) -> str:
    """The whole journal."""
    with house.database.snapshot(SYSTEM) as session:
        return "".join(journal(session, Period(zone=KIGALI), Format.BEANCOUNT))


def _days(house: House) -> list[date]:
    asked = text("select distinct (at at time zone 'Africa/Kigali')::date from journal_entry order by 1")
    with house.database.reading(SYSTEM) as session:
        return list(session.execute(asked).scalars())
