"""Web, worker, PostgreSQL and the outside world are killed at any instant: nothing is lost, doubled or corrupt.

`KILLS=2000 pytest tests/journeys/test_killed_at_any_moment.py` kills more often; `SEED=7` repeats a choice of victims.
"""

import os
import random
import secrets
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.wiring import House
from tests.builders.crash_books import open_books, under_way
from tests.builders.crash_city import City, open_city
from tests.builders.crash_claims import Claim
from tests.builders.crash_crowd import Crowd, house_of, make_claims, make_clerks

KILLS = int(os.environ.get("KILLS", "30"))
SEED = int(os.environ.get("SEED", secrets.randbits(32)))
LEAST_FILED = 10
PATIENCE = 60.0 + KILLS * 4
# Money that turns up late does so within half a minute, what was lost is asked about within a quarter of an hour.
AFTERMATH, STRIDE = 960.0, 60.0
# What is carried out at once is answered late, so that many are killed between an act and the news of it.
SLOW = ({"operator": "mtn", "kind": "slow", "seconds": 0.5}, {"operator": "sms", "kind": "slow", "seconds": 0.7})
FAULTS: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("mtn", "drop_answer", {}),
    ("mtn", "error_after_accept", {}),
    ("mtn", "callback_lost", {}),
    ("mtn", "callback_repeated", {"count": 5}),
    ("mtn", "callback_contradictory", {}),
    ("mtn", "callback_late", {"seconds": 5}),
    ("mtn", "status_missing", {"seconds": 5}),
    ("mtn", "broken_answer", {}),
    ("sms", "drop_answer", {}),
    ("sms", "error_after_accept", {}),
    ("sms", "drop_answer", {}),
    ("sms", "callback_repeated", {"count": 3}),
    ("mail", "drop_answer", {}),
    ("mail", "temporary", {}),
)


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_corrupt_when_everything_is_killed_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with open_city(tmp_path) as city, told(city):
        house = house_of(city)
        claims = make_claims(city, house, LEAST_FILED + KILLS, chance)
        clerks = make_clerks(city, house, 2, chance)
        crowd = Crowd(waiting=deque(claims), always=clerks)
        until(city, city.answers, "the city is up")
        for fault in SLOW:
            httpx.post(f"{city.sandbox_url}/faults", json=fault, trust_env=False, timeout=10).raise_for_status()
        crowd.start()
        try:
            kill_now_and_then(city, crowd, chance)
            crowd.no_more()
            settle(city, crowd)
        finally:
            crowd.stop()
        pass_time_until_quiet(city, house)
        filed = [claim for claim in claims if claim.done]
        books = open_books(city, house, claims)
        complaints = books.complaints()
        assert not complaints, "\n".join(complaints)
        assert len(city.struck) == KILLS
        assert len(filed) >= LEAST_FILED
        assert len(books.rows("select from court_case")) > 0
        browsers = [claim.browser for claim in claims] + [clerk.browser for clerk in clerks]
        odd = [line for browser in browsers for line in browser.odd]
        assert not odd, "\n".join(odd)
        house.database.dispose()


@contextmanager
def told(city: City) -> Iterator[None]:
    """When the test fails, say how to repeat it and what the processes said."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"SEED={SEED}; killed: {', '.join(city.struck)}\n{city.log()}")
        raise


def until(city: City, happens: object, what: str) -> None:
    """Look after the city until it happens; fails when it doesn't."""
    assert callable(happens)
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, f"it never came that {what}"
        look_after(city, 0.1)


def look_after(city: City, seconds: float) -> None:
    """Start again who died, for so long."""
    end = time.monotonic() + seconds
    while True:
        city.look_after()
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(0.05, left))


def kill_now_and_then(city: City, crowd: Crowd, chance: random.Random) -> None:
    """KILLS times, somebody is killed; now and then the world outside misbehaves besides."""
    while len(city.struck) < KILLS:
        look_after(city, chance.uniform(0.1, 1.6))
        city.strike(chance)
        if chance.random() < 0.7:
            misbehave(city, chance)
        if crowd.accidents:
            return


def misbehave(city: City, chance: random.Random) -> None:
    """The next thing of a kind goes wrong outside, unless nobody is there to be told so."""
    operator, kind, more = chance.choice(FAULTS)
    try:
        fault = {"operator": operator, "kind": kind, "times": 1, **more}
        httpx.post(f"{city.sandbox_url}/faults", json=fault, trust_env=False, timeout=2).raise_for_status()
    except httpx.TransportError:
        return


def settle(city: City, crowd: Crowd) -> None:
    """Let those who have begun come to their end, time passing quickly."""
    until(city, city.answers, "the city is up again")
    httpx.delete(f"{city.sandbox_url}/faults", trust_env=False, timeout=10).raise_for_status()

    def settled() -> bool:
        if all(claim.told_at is not None for claim in crowd.begun if isinstance(claim, Claim)):
            pass_time(city, 5.0)
        return crowd.all_done()

    until(city, settled, "everybody was done")


def pass_time_until_quiet(city: City, house: House) -> None:
    """Let leases run out and late news come in; what is left to do is done by itself."""
    passed = 0.0

    def quiet() -> bool:
        nonlocal passed
        pass_time(city, STRIDE)
        passed += STRIDE
        look_after(city, 0.5)
        return passed >= AFTERMATH and not under_way(house)

    until(city, quiet, "the queues were quiet")


def pass_time(city: City, seconds: float) -> None:
    """Let time pass inside and outside alike."""
    answer = httpx.post(f"{city.sandbox_url}/clock", json={"seconds": seconds}, trust_env=False, timeout=10)
    answer.raise_for_status()
    city.clock.advance(seconds)
