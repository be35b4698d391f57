"""Settings: read once from the environment, validated, frozen. Nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_E = TypeVar("_E", bound=StrEnum)


class SettingsError(Exception):
    """A setting is missing or can't be used; the message names it and says what it should be."""


class Environment(StrEnum):
    """Where this installation runs."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class AirtelSettings:
    """The court's application in Airtel's portal. `sign`: sign messages, which some countries demand."""

    base_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    callback_key: str = field(repr=False)
    sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DarajaSettings:
    """The court's app and paybill at Safaricom; without an initiator nothing can be paid back there."""

    base_url: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    shortcode: str
    passkey: str = field(repr=False)
    initiator: str
    security_credential: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting; `.env.example` documents each under its upper-case name."""

    environment: Environment
    secret_key: str
    public_url: str
    database_url: str
    storage_url: str
    scratch_dir: str
    pack: str
    judiciary_name: str
    help_phone: str
    sandbox_url: str | None
    callback_url: str
    upload_max_bytes: int
    upload_max_files: int
    upload_max_pages: int
    proxies: int
    pool_size: int
    log_level: str
    mtn_base_url: str
    mtn_subscription_key: str
    mtn_api_user: str
    mtn_api_key: str
    mtn_target_environment: str
    airtel: AirtelSettings | None
    daraja: DarajaSettings | None
    twilio_base_url: str | None
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_from: str
    smtp_host: str
    smtp_port: int
    smtp_username: str
    smtp_password: str
    smtp_starttls: bool
    mail_from: str

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration, in which no money moves."""
        return self.environment is Environment.DEMO

    @property
    def https(self) -> bool:
        """Whether people reach us over https; the cookies' prefix and HSTS follow this, never a header."""
        return self.public_url.startswith("https://")

    @property
    def zone(self) -> ZoneInfo:
        """The court's zone."""
        return ZoneInfo("Africa/Kigali")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`; raises SettingsError that names the setting."""
    read = _Reader(environ)
    environment = read.choice("IKIREGO_ENV", Environment, "production")
    public_url = read.url("PUBLIC_URL")
    values = {
        "environment": environment,
        "public_url": public_url,
        "secret_key": read.secret("SECRET_KEY", 32),
        "database_url": read.url("DATABASE_URL", schemes=("postgresql", "postgres", "postgresql+psycopg")),
        "storage_url": read.url("STORAGE_URL", schemes=("file", "s3", "gs", "az", "memory")),
        "scratch_dir": read.text("SCRATCH_DIR", "var/scratch"),
        "pack": read.text("PACK", "rw"),
        "judiciary_name": read.text("JUDICIARY_NAME", "Demonstration courts"),
        "help_phone": read.text("HELP_PHONE", "3670"),
        "sandbox_url": read.url("SANDBOX_URL", "") or None,
        "callback_url": read.url("CALLBACK_URL", public_url),
        "upload_max_bytes": read.number("UPLOAD_MAX_MB", 25, 1, 500) * 1_000_000,
        "upload_max_files": read.number("UPLOAD_MAX_FILES", 40, 1, 500),
        "upload_max_pages": read.number("UPLOAD_MAX_PAGES", 1000, 1, 20_000),
        "proxies": read.number("PROXIES", 0, 0, 5),
        "pool_size": read.number("POOL_SIZE", 8, 1, 100),
        "log_level": read.text("LOG_LEVEL", "INFO"),
    }
    settings = Settings(**values, **_outside(read))  # type: ignore[arg-type]
    _check_together(settings)
    return settings


def _outside(read: "_Reader") -> dict[str, object]:
    return {
        "mtn_base_url": read.far_url("MTN_BASE_URL"),
        "mtn_subscription_key": read.text("MTN_SUBSCRIPTION_KEY"),
        "mtn_api_user": read.text("MTN_API_USER"),
        "mtn_api_key": read.secret("MTN_API_KEY", 8),
        "mtn_target_environment": read.text("MTN_TARGET_ENVIRONMENT", "mtnrwanda"),
        "airtel": _airtel(read),
        "daraja": _daraja(read),
        "twilio_base_url": read.far_url("TWILIO_BASE_URL", "") or None,
        "twilio_account_sid": read.text("TWILIO_ACCOUNT_SID"),
        "twilio_auth_token": read.secret("TWILIO_AUTH_TOKEN", 8),
        "twilio_from": read.text("TWILIO_FROM"),
        "smtp_host": read.text("SMTP_HOST"),
        "smtp_port": read.number("SMTP_PORT", 587, 1, 65535),
        "smtp_username": read.text("SMTP_USERNAME", ""),
        "smtp_password": read.text("SMTP_PASSWORD", ""),
        "smtp_starttls": read.choice("SMTP_STARTTLS", _YesNo, "yes") is _YesNo.YES,
        "mail_from": read.text("MAIL_FROM"),
    }


def _airtel(read: "_Reader") -> AirtelSettings | None:
    names = ("BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "CALLBACK_KEY", "SIGN")
    if not read.any_of(*(f"AIRTEL_{name}" for name in names)):
        return None
    return AirtelSettings(
        base_url=read.far_url("AIRTEL_BASE_URL"),
        client_id=read.text("AIRTEL_CLIENT_ID"),
        client_secret=read.secret("AIRTEL_CLIENT_SECRET", 8),
        callback_key=read.secret("AIRTEL_CALLBACK_KEY", 8),
        sign=read.choice("AIRTEL_SIGN", _YesNo, "yes") is _YesNo.YES,
    )


def _daraja(read: "_Reader") -> DarajaSettings | None:
    needed = ("BASE_URL", "CONSUMER_KEY", "CONSUMER_SECRET", "SHORTCODE", "PASSKEY")
    refunding = ("DARAJA_INITIATOR", "DARAJA_SECURITY_CREDENTIAL")
    if not read.any_of(*(f"DARAJA_{name}" for name in needed), *refunding):
        return None
    refunds = read.any_of(*refunding)
    return DarajaSettings(
        base_url=read.far_url("DARAJA_BASE_URL"),
        consumer_key=read.text("DARAJA_CONSUMER_KEY"),
        consumer_secret=read.secret("DARAJA_CONSUMER_SECRET", 8),
        shortcode=read.text("DARAJA_SHORTCODE"),
        passkey=read.secret("DARAJA_PASSKEY", 8),
        initiator=read.text("DARAJA_INITIATOR") if refunds else "",
        security_credential=read.secret("DARAJA_SECURITY_CREDENTIAL", 8) if refunds else "",
    )


def _check_together(settings: Settings) -> None:
    if settings.environment is Environment.PRODUCTION:
        if not settings.https:
            raise SettingsError("PUBLIC_URL must begin with https:// when IKIREGO_ENV is production")
        if settings.sandbox_url:
            raise SettingsError("SANDBOX_URL must be empty when IKIREGO_ENV is production: the sandbox moves no money")


class _YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise SettingsError(f"{name} is not set; .env.example says what it is")
        return default

    def secret(self, name: str, shortest: int) -> str:
        value = self.text(name)
        if len(value) < shortest or value.lower().startswith(("change", "secret", "example")):
            raise SettingsError(f"{name} must be a secret of your own of at least {shortest} characters")
        return value

    def url(self, name: str, default: str | None = None, schemes: tuple[str, ...] = ("http", "https")) -> str:
        value = self.text(name, default)
        if value and (urlsplit(value).scheme not in schemes or "://" not in value):
            raise SettingsError(f"{name} must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return value.rstrip("/") if schemes == ("http", "https") else value

    def far_url(self, name: str, default: str | None = None) -> str:
        url = self.url(name, default)
        if url.startswith("http://") and urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingsError(f"{name} must begin with https:// unless it is on this machine")
        return url

    def any_of(self, *names: str) -> bool:
        return any(self._environ.get(name, "").strip() for name in names)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise SettingsError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
        return int(value)

    def choice(self, name: str, options: type[_E], default: str) -> _E:
        value = self.text(name, default).lower()
        if value not in {o.value for o in options}:
            raise SettingsError(f"{name} must be one of {', '.join(o.value for o in options)}, not {value!r}")
        return options(value)
