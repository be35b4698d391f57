"""A till on the test's own database, with a provider that says what it is told to."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.money import Money
from app.payments import callbacks, polling, queries
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView
from app.payments.till import Till
from tests.builders.payments import FEE, ScriptedProvider, make_obligation, make_test_till


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
def till(fresh_database: Database, clock: ManualClock, provider: ScriptedProvider) -> Till:
    return make_test_till(fresh_database, clock, provider)


@pytest.fixture
def bill(fresh_database: Database, clock: ManualClock) -> Callable[..., ObligationId]:
    """Opens an obligation and commits it."""

    def open_one(*amounts: Money) -> ObligationId:
        with fresh_database.transaction(SYSTEM) as session:
            return make_obligation(session, *(amounts or (FEE,)), at=clock.now())

    return open_one


@pytest.fixture
def seen(fresh_database: Database) -> Callable[[ObligationId], ObligationView]:
    """The obligation as it stands now."""

    def look(obligation_id: ObligationId) -> ObligationView:
        with fresh_database.reading(SYSTEM) as session:
            return queries.obligation(session, obligation_id)

    return look


@pytest.fixture
def run(till: Till) -> Callable[[], int]:
    """Does what a worker does with payments until there is nothing more to do at this moment."""

    def until_quiet() -> int:
        done, more = 0, 1
        while more:
            more = callbacks.drain(till) + polling.drain(till)
            done += more
        return done

    return until_quiet


@pytest.fixture
def later(clock: ManualClock, run: Callable[[], int]) -> Callable[..., None]:
    """Lets so much time pass (as timedelta takes it), then does what a worker does."""

    def pass_time(**by: float) -> None:
        clock.advance(timedelta(**by))
        run()

    return pass_time
