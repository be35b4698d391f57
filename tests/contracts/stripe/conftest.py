"""The adapter and Stripe's real wire: a sandbox on a free port, and someone who pays on its page."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.core.clock import ManualClock
from app.core.db import Database
from app.payments.rails.stripe_checkout import StripeAccount, StripeCheckout
from sandbox import config
from sandbox.server import Sandbox
from tests.contracts.page_rails import PagePortal, present_clock
from tests.contracts.sandbox.callers import Listener
from tests.contracts.sandbox.stripe_caller import KEY, WEBHOOK_SECRET, Shop


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


@pytest.fixture
def box(tmp_path: Path, listener: Listener) -> Iterator[Sandbox]:
    account = config.StripeAccount(webhook_url=listener.url)
    with Sandbox(config.Settings(data=tmp_path / "sandbox", port=0, smtp_port=0, stripe=account)) as running:
        yield running


@pytest.fixture
def shop(box: Sandbox) -> Iterator[Shop]:
    """Stripe's page, faults and books."""
    with Shop(box.url) as client:
        yield client


@pytest.fixture
def clock() -> ManualClock:
    return present_clock()


@pytest.fixture
def account(box: Sandbox) -> StripeAccount:
    return StripeAccount(secret_key=KEY, webhook_secret=WEBHOOK_SECRET, base_url=f"{box.url}/stripe")


@pytest.fixture
def adapter(account: StripeAccount) -> StripeCheckout:
    return StripeCheckout(account)


@pytest.fixture
def hasty(account: StripeAccount) -> StripeCheckout:
    """An adapter that waits a second and a half and no longer."""
    return StripeCheckout(account, client=httpx.Client(timeout=1.5, trust_env=False))


@pytest.fixture
def portal(fresh_database: Database, clock: ManualClock, adapter: StripeCheckout, listener: Listener) -> PagePortal:
    return PagePortal(fresh_database, clock, adapter, word="stripe", listener=listener)
