"""Web, worker, PostgreSQL and the outside world are killed at any instant: nothing is lost, doubled or corrupt.

`KILLS=2000 pytest tests/journeys/test_killed_at_any_moment.py` kills more often; `SEED=7` repeats a choice of victims.
"""

import os
import random
import secrets
from collections import deque
from pathlib import Path

import pytest

from tests.builders.crash_books import open_books, under_way
from tests.builders.crash_city import City, open_city
from tests.builders.crash_claims import Claim
from tests.builders.crash_crowd import Crowd, house_of, make_claims, make_clerks
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

KILLS = int(os.environ.get("KILLS", "30"))
SEED = int(os.environ.get("SEED", secrets.randbits(32)))
LEAST_FILED = 10
PATIENCE = 60.0 + KILLS * 4
SLOW = {"mtn": 0.5, "sms": 0.7}
FAULTS: tuple[Fault, ...] = (
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
    with open_city(tmp_path) as city, told(city, SEED):
        house = house_of(city)
        claims = make_claims(city, house, LEAST_FILED + KILLS, chance)
        clerks = make_clerks(city, house, 2, chance)
        crowd = Crowd(waiting=deque(claims), always=clerks)
        until(city, city.answers, "the city is up", PATIENCE)
        slow_down(city, SLOW)
        crowd.start()
        try:
            kill_now_and_then(city, crowd, chance)
            crowd.no_more()
            settle(city, crowd)
        finally:
            crowd.stop()
        pass_time_until_quiet(city, lambda: under_way(house), PATIENCE)
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


def kill_now_and_then(city: City, crowd: Crowd, chance: random.Random) -> None:
    """KILLS times, somebody is killed; now and then the world outside misbehaves besides."""
    while len(city.struck) < KILLS:
        look_after(city, chance.uniform(0.1, 1.6))
        city.strike(chance)
        if chance.random() < 0.7:
            misbehave(city, chance, FAULTS)
        if crowd.accidents:
            return


def settle(city: City, crowd: Crowd) -> None:
    """Let those who have begun come to their end, time passing quickly."""
    until(city, city.answers, "the city is up again", PATIENCE)
    behave(city)

    def settled() -> bool:
        if all(claim.told_at is not None for claim in crowd.begun if isinstance(claim, Claim)):
            pass_time(city, 5.0)
        return crowd.all_done()

    until(city, settled, "everybody was done", PATIENCE)
