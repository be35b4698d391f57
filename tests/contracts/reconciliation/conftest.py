"""An accountant at the sandbox with one rail after the other."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.core.clock import ManualClock
from app.core.db import Database
from sandbox.config import Settings
from sandbox.server import Sandbox
from tests.builders.accountant import Office
from tests.builders.rails import RAILS, Rail, till_of


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(Settings(data=tmp_path / "sandbox", port=0, smtp_port=0)) as running:
        yield running


@pytest.fixture(params=RAILS[1:], ids=lambda rail: rail.code)
def rail(request: pytest.FixtureRequest) -> Rail:
    """Every rail but MTN's, which has its own folder, unless a test names some."""
    found: Rail = request.param
    return found


@pytest.fixture
def office(rail: Rail, fresh_database: Database, clock: ManualClock, box: Sandbox) -> Iterator[Office]:
    with httpx.Client(timeout=5, trust_env=False) as client:
        made = Office(till=till_of(rail, fresh_database, clock, box, client), clock=clock, box=box, rail=rail)
        made.begin()
        yield made
