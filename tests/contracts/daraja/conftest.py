"""The adapter and Daraja's real wire: a sandbox on a free port, a portal's payments, and what goes between them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.core.clock import ManualClock
from app.core.db import Database
from app.payments.rails.daraja import Daraja, Initiator
from app.payments.rails.daraja_session import DarajaApp, DarajaSession
from app.payments.rails.daraja_wire import Shortcode
from app.payments.reversals.service import KeptReversals
from app.payments.till import Addresses, Till, make_till
from app.payments.vault import Vault
from sandbox.config import Settings
from sandbox.server import Sandbox
from tests.builders.mpesa import Mpesa, Portal
from tests.contracts.sandbox.callers import Listener

KEY = "a-key-for-tests-only-of-enough-length"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(Settings(data=tmp_path / "sandbox", port=0, smtp_port=0)) as running:
        yield running


@pytest.fixture
def operator(box: Sandbox) -> Iterator[Mpesa]:
    """The operator's buttons, faults and books."""
    with httpx.Client(base_url=box.url, timeout=15, trust_env=False) as client:
        yield Mpesa(client)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


@pytest.fixture
def callback_root(listener: Listener) -> str:
    return listener.url.removesuffix("/callback/secret")


@pytest.fixture
def daraja_app(box: Sandbox) -> DarajaApp:
    return DarajaApp(
        base_url=f"{box.url}/daraja",
        consumer_key="sandbox-consumer-key",
        consumer_secret="sandbox-consumer-secret",
    )


@pytest.fixture
def shortcode() -> Shortcode:
    return Shortcode(number="174379", passkey="sandbox-passkey")


@pytest.fixture
def adapter(daraja_app: DarajaApp, shortcode: Shortcode, clock: ManualClock) -> Daraja:
    return Daraja(DarajaSession(daraja_app, clock=clock), shortcode, clock=clock)


@pytest.fixture
def till(
    fresh_database: Database, clock: ManualClock, daraja_app: DarajaApp, shortcode: Shortcode, callback_root: str
) -> Iterator[Till]:
    """A till whose callbacks arrive at the listener."""
    client = httpx.Client(timeout=5, trust_env=False)
    daraja = Daraja(
        DarajaSession(daraja_app, clock=clock, client=client),
        shortcode,
        clock=clock,
        reversals=KeptReversals(fresh_database, Vault(KEY), f"{callback_root}/callbacks/daraja"),
        initiator=Initiator(name="testapi", credential="sandbox-security-credential"),
    )
    yield make_till(
        fresh_database,
        clock,
        secret_key=KEY,
        addresses=Addresses(public="http://localhost", callback=callback_root),
        providers=(daraja,),
    )
    client.close()


@pytest.fixture
def portal(till: Till, clock: ManualClock, listener: Listener) -> Portal:
    return Portal(till, clock, listener)
