"""The adapter and Airtel's real wire: a sandbox on a free port that takes signed messages only, and its buttons."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.config import AirtelSettings
from app.core.clock import ManualClock
from app.payments.rails.airtel import AirtelMoney
from sandbox.config import AirtelAccount, Settings
from sandbox.server import Sandbox
from tests.contracts.sandbox.airtel_caller import CALLBACK_KEY, CLIENT_ID, CLIENT_SECRET, Airtel
from tests.contracts.sandbox.callers import Listener


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


@pytest.fixture
def box(tmp_path: Path, listener: Listener) -> Iterator[Sandbox]:
    url = listener.url.replace("/callback/secret", "/callbacks/airtel")
    account = AirtelAccount(callback_url=url, sign=True)
    with Sandbox(Settings(data=tmp_path / "sandbox", port=0, smtp_port=0, airtel=account)) as running:
        yield running


@pytest.fixture
def operator(box: Sandbox) -> Iterator[Airtel]:
    """The operator's buttons, faults and books."""
    with Airtel(box.url) as client:
        yield client


@pytest.fixture
def account(box: Sandbox) -> AirtelSettings:
    return AirtelSettings(
        base_url=f"{box.url}/airtel",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        callback_key=CALLBACK_KEY,
        sign=True,
    )


@pytest.fixture
def token_clock() -> ManualClock:
    return ManualClock(datetime(2026, 5, 4, 10, 0, tzinfo=UTC))


@pytest.fixture
def adapter(account: AirtelSettings, token_clock: ManualClock) -> AirtelMoney:
    return AirtelMoney(account, clock=token_clock)


@pytest.fixture
def hasty(account: AirtelSettings, token_clock: ManualClock) -> AirtelMoney:
    """An adapter that waits a second and a half and no longer."""
    return AirtelMoney(account, clock=token_clock, client=httpx.Client(timeout=1.5, trust_env=False))
