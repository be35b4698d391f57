"""Settings for tests: everything set, nothing pointing outside this machine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.config import Settings, load_settings

ENVIRON: Mapping[str, str] = {
    "IKIREGO_ENV": "test",
    "SECRET_KEY": "a-key-for-tests-only-of-enough-length",
    "PUBLIC_URL": "http://localhost",
    "DATABASE_URL": "postgresql://ikirego_app@localhost/nothing",
    "STORAGE_URL": "memory:///",
    "MTN_BASE_URL": "http://127.0.0.1:9",
    "MTN_SUBSCRIPTION_KEY": "subscription-for-tests",
    "MTN_API_USER": "5f1d6c1e-0000-4000-8000-000000000001",
    "MTN_API_KEY": "key-for-tests",
    "TWILIO_BASE_URL": "http://127.0.0.1:9",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": "token-for-tests",
    "TWILIO_FROM": "+250788000001",
    "SMTP_HOST": "127.0.0.1",
    "SMTP_PORT": "9",
    "SMTP_STARTTLS": "no",
    "MAIL_FROM": "portal@court.example",
    "LOG_LEVEL": "WARNING",
}
"""A whole environment; port 9 answers nobody, so a call that a test forgot to provide for is refused at once."""


def make_settings(environ: Mapping[str, str] | None = None, **changes: Any) -> Settings:
    """Settings read from ENVIRON with `environ` over it; `changes` replace fields, such as upload_max_files=2."""
    return replace(load_settings({**ENVIRON, **(environ or {})}), **changes)
