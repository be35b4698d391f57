"""The adapter and the operator's real wire: a sandbox on a free port, and someone who presses its buttons."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.core.clock import ManualClock
from app.payments.rails.mtn import MtnAccount, MtnCollections
from sandbox.config import Settings
from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import API_KEY, API_USER, Listener, Mtn


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(Settings(data=tmp_path / "sandbox", port=0, smtp_port=0)) as running:
        yield running


@pytest.fixture
def operator(box: Sandbox) -> Iterator[Mtn]:
    """The operator's buttons, faults and books."""
    with Mtn(box.url) as client:
        yield client


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


@pytest.fixture
def account(box: Sandbox) -> MtnAccount:
    return MtnAccount(
        base_url=f"{box.url}/mtn",
        subscription_key="sandbox-collection-key",
        api_user=API_USER,
        api_key=API_KEY,
        target_environment="mtnrwanda",
    )


@pytest.fixture
def token_clock() -> ManualClock:
    return ManualClock(datetime(2026, 5, 4, 10, 0, tzinfo=UTC))


@pytest.fixture
def adapter(account: MtnAccount, token_clock: ManualClock) -> MtnCollections:
    return MtnCollections(account, clock=token_clock)


@pytest.fixture
def hasty(account: MtnAccount, token_clock: ManualClock) -> MtnCollections:
    """An adapter that waits a second and a half and no longer."""
    return MtnCollections(account, clock=token_clock, client=httpx.Client(timeout=1.5, trust_env=False))
