"""Settings are checked at start, and every one of them is documented."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.config import SettingsError, load_settings
from sandbox.config import from_environment
from tests.builders.settings import ENVIRON

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"


PAGE_RAILS = {
    "IREMBOPAY_BASE_URL": "https://api.irembopay.com",
    "IREMBOPAY_SECRET_KEY": "key-of-the-merchant",
    "IREMBOPAY_ACCOUNT": "COURT-RWF",
    "IREMBOPAY_PRODUCT_CODE": "PC-court",
    "STRIPE_SECRET_KEY": "sk_test_of_the_court",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_court",
}


class _Asked(Mapping[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values_ = values
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


AIRTEL = {
    "AIRTEL_BASE_URL": "https://airtel.example",
    "AIRTEL_CLIENT_ID": "client-for-tests",
    "AIRTEL_CLIENT_SECRET": "key-for-tests",
    "AIRTEL_CALLBACK_KEY": "callback-key-for-tests",
}


def test_every_setting_stands_in_the_example_file() -> None:
    asked = _Asked({**ENVIRON, **AIRTEL})
    load_settings(asked)
    from_environment(asked)
    documented = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", EXAMPLE.read_text(), re.M))
    assert asked.names - documented - {"SANDBOX_ENV"} == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "change-me-change-me-change-me-change-me"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_URL", "portal.example"),
        ("IKIREGO_ENV", "staging"),
        ("SMTP_PORT", "none"),
        ("SMTP_PORT", "70000"),
        ("UPLOAD_MAX_MB", "-1"),
        ("SMTP_STARTTLS", "perhaps"),
        ("MTN_BASE_URL", "http://operator.example"),
        ("TWILIO_AUTH_TOKEN", ""),
        ("IREMBOPAY_SECRET_KEY", ""),
        ("IREMBOPAY_PRODUCT_CODE", ""),
        ("IREMBOPAY_BASE_URL", "http://irembo.example"),
        ("STRIPE_SECRET_KEY", ""),
        ("STRIPE_WEBHOOK_SECRET", ""),
        ("STRIPE_WEBHOOK_SECRET", "short"),
        ("STRIPE_BASE_URL", "http://stripe.example"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({**ENVIRON, **PAGE_RAILS, name: value})


def test_a_rail_that_is_not_set_up_is_not_there_and_one_that_is_is() -> None:
    bare, full = load_settings(ENVIRON), load_settings({**ENVIRON, **PAGE_RAILS})
    assert (bare.irembopay, bare.stripe) == (None, None)
    assert full.irembopay is not None
    assert full.irembopay.account == "COURT-RWF"
    assert full.stripe is not None
    assert full.stripe.base_url == ""


def test_an_address_of_stripe_without_its_keys_is_named() -> None:
    with pytest.raises(SettingsError, match="STRIPE_SECRET_KEY"):
        load_settings({**ENVIRON, "STRIPE_BASE_URL": "https://stripe.example"})


def test_airtel_is_offered_when_it_is_set_up_and_signs_unless_told_not_to() -> None:
    assert load_settings(ENVIRON).airtel is None
    offered = load_settings({**ENVIRON, **AIRTEL}).airtel
    assert offered is not None
    assert (offered.base_url, offered.sign) == ("https://airtel.example", True)
    assert "key-for-tests" not in repr(offered)
    quiet = load_settings({**ENVIRON, **AIRTEL, "AIRTEL_SIGN": "no"}).airtel
    assert quiet is not None
    assert not quiet.sign


@pytest.mark.parametrize("name", sorted(AIRTEL))
def test_a_rail_that_is_set_up_by_half_names_what_is_missing(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({**ENVIRON, **AIRTEL, name: ""})


@pytest.mark.parametrize(("name", "value"), [("AIRTEL_BASE_URL", "http://airtel.example"), ("AIRTEL_SIGN", "maybe")])
def test_a_rail_setting_that_can_not_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({**ENVIRON, **AIRTEL, name: value})


def test_production_wants_https_and_no_sandbox() -> None:
    production = {**ENVIRON, "IKIREGO_ENV": "production"}
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        load_settings(production)
    safe = {**production, "PUBLIC_URL": "https://portal.example"}
    assert load_settings(safe).https
    with pytest.raises(SettingsError, match="SANDBOX_URL"):
        load_settings({**safe, "SANDBOX_URL": "http://127.0.0.1:8001"})


DARAJA = {
    "DARAJA_BASE_URL": "https://api.safaricom.example",
    "DARAJA_CONSUMER_KEY": "key-for-tests",
    "DARAJA_CONSUMER_SECRET": "consumer-for-tests",
    "DARAJA_SHORTCODE": "174379",
    "DARAJA_PASSKEY": "passkey-for-tests",
}


def test_mpesa_is_there_whole_or_not_at_all() -> None:
    assert load_settings(ENVIRON).daraja is None
    whole = load_settings({**ENVIRON, **DARAJA}).daraja
    assert whole is not None
    assert (whole.shortcode, whole.initiator) == ("174379", "")
    initiator = {"DARAJA_INITIATOR": "operator", "DARAJA_SECURITY_CREDENTIAL": "credential-for-tests"}
    refunding = load_settings({**ENVIRON, **DARAJA, **initiator}).daraja
    assert refunding is not None
    assert refunding.initiator == "operator"


@pytest.mark.parametrize("missing", sorted(DARAJA))
def test_a_part_of_mpesas_settings_names_what_is_missing(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        load_settings({**ENVIRON, **DARAJA, missing: ""})


def test_a_part_of_what_mpesas_refunds_need_names_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="DARAJA_SECURITY_CREDENTIAL"):
        load_settings({**ENVIRON, **DARAJA, "DARAJA_INITIATOR": "operator"})


def test_mpesa_is_reached_over_https_only() -> None:
    with pytest.raises(SettingsError, match="DARAJA_BASE_URL"):
        load_settings({**ENVIRON, **DARAJA, "DARAJA_BASE_URL": "http://api.safaricom.example"})
