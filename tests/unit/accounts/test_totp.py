"""Codes of authenticator apps (RFC 6238)."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import totp

# The test vectors of RFC 6238, appendix B, for SHA-1: the last six of eight digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_of_the_standard_match_their_step(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.matched_step(SECRET, code, burnt=None, at=at) == seconds // 30


@pytest.mark.parametrize(("late", "matches"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_one_step_off(late: int, matches: bool) -> None:
    at = datetime.fromtimestamp(1234567890, UTC) + timedelta(seconds=late)
    assert (totp.matched_step(SECRET, "005924", burnt=None, at=at) is not None) == matches


def test_a_burnt_step_and_those_before_it_match_no_more() -> None:
    at = datetime.fromtimestamp(1234567890, UTC)
    step = 1234567890 // 30
    assert totp.matched_step(SECRET, "005924", burnt=step - 1, at=at) == step
    assert totp.matched_step(SECRET, "005924", burnt=step, at=at) is None
    assert totp.matched_step(SECRET, "005924", burnt=step + 1, at=at) is None


def test_the_address_names_the_portal_and_the_account() -> None:
    secret = totp.new_secret()
    assert totp.address(secret, account="aline@example.com") == (
        f"otpauth://totp/Ikirego:aline%40example.com?secret={secret}&issuer=Ikirego"
    )
    assert len(secret) == 32
