"""The adapter and IremboPay's real wire: a sandbox on a free port, and someone who pays on its page."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.core.clock import ManualClock
from app.core.db import Database
from app.payments.rails.irembopay import IremboPay
from app.payments.rails.irembopay_wire import IremboPayAccount
from sandbox import config
from sandbox.server import Sandbox
from tests.contracts.page_rails import PagePortal, present_clock
from tests.contracts.sandbox.callers import Listener
from tests.contracts.sandbox.irembopay_caller import ACCOUNT, KEY, PRODUCT, Merchant


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


@pytest.fixture
def box(tmp_path: Path, listener: Listener) -> Iterator[Sandbox]:
    merchant = config.IremboPayAccount(webhook_url=listener.url)
    with Sandbox(config.Settings(data=tmp_path / "sandbox", port=0, smtp_port=0, irembopay=merchant)) as running:
        yield running


@pytest.fixture
def merchant(box: Sandbox) -> Iterator[Merchant]:
    """IremboPay's page, faults and books."""
    with Merchant(box.url) as client:
        yield client


@pytest.fixture
def clock() -> ManualClock:
    return present_clock()


@pytest.fixture
def account(box: Sandbox) -> IremboPayAccount:
    return IremboPayAccount(
        base_url=f"{box.url}/irembopay", secret_key=KEY, payment_account=ACCOUNT, product_code=PRODUCT
    )


@pytest.fixture
def adapter(account: IremboPayAccount, clock: ManualClock) -> IremboPay:
    return IremboPay(account, clock=clock)


@pytest.fixture
def hasty(account: IremboPayAccount, clock: ManualClock) -> IremboPay:
    """An adapter that waits a second and a half and no longer."""
    return IremboPay(account, clock=clock, client=httpx.Client(timeout=1.5, trust_env=False))


@pytest.fixture
def portal(fresh_database: Database, clock: ManualClock, adapter: IremboPay, listener: Listener) -> PagePortal:
    return PagePortal(fresh_database, clock, adapter, word="irembopay", listener=listener)
