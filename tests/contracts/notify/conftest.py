"""The carriers and the real wire: a sandbox on free ports, and adapters set up as a portal would have them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings as PortalSettings
from app.core.clock import SystemClock
from app.notify.smtp import SmtpMailer
from app.notify.twilio_sms import TwilioSms
from sandbox.config import Settings
from sandbox.server import Sandbox
from tests.builders.settings import make_settings
from tests.contracts.sandbox.callers import Listener


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(Settings(data=tmp_path / "sandbox", port=0, smtp_port=0)) as running:
        yield running


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


def pointed_at(box: Sandbox, **changes: Any) -> PortalSettings:
    """Settings of a portal whose carriers are this sandbox."""
    account = box.world.settings.sms
    here: dict[str, Any] = {
        "twilio_base_url": f"{box.url}/twilio",
        "twilio_account_sid": account.sid,
        "twilio_auth_token": account.token,
        "smtp_port": box.smtp_port,
    }
    return make_settings(**{**here, **changes})


@pytest.fixture
def carrier_settings(box: Sandbox) -> PortalSettings:
    return pointed_at(box)


@pytest.fixture
def gateway(carrier_settings: PortalSettings) -> TwilioSms:
    return TwilioSms(carrier_settings)


@pytest.fixture
def mailer(carrier_settings: PortalSettings) -> SmtpMailer:
    return SmtpMailer(carrier_settings, SystemClock())
