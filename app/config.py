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
class IremboPaySettings:
    """The court's merchant account at IremboPay."""

    base_url: str
    secret_key: str
    account: str
    product_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """The court's account at Stripe; `base_url` is empty for Stripe itself."""

    base_url: str
    secret_key: str
    webhook_secret: str


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
    mtn_disbursement_key: str
    mtn_disbursement_user: str
    mtn_disbursement_api_key: str
    refund_two_persons_above: int
    airtel: AirtelSettings | None
    irembopay: IremboPaySettings | None
    stripe: StripeSettings | None
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
        "refund_two_persons_above": read.number("REFUND_TWO_PERSONS_ABOVE", 50_000, 0, 1_000_000_000),
        "proxies": read.number("PROXIES", 0, 0, 5),
        "pool_size": read.number("POOL_SIZE", 8, 1, 100),
        "log_level": read.text("LOG_LEVEL", "INFO"),
    }
    settings = Settings(**values, **_outside(read), irembopay=_irembopay(read), stripe=_stripe(read))  # type: ignore[arg-type]
    _check_together(settings)
    return settings


def _outside(read: "_Reader") -> dict[str, object]:
    return {
        "mtn_base_url": read.far_url("MTN_BASE_URL"),
        "mtn_subscription_key": read.text("MTN_SUBSCRIPTION_KEY"),
        "mtn_api_user": read.text("MTN_API_USER"),
        "mtn_api_key": read.secret("MTN_API_KEY", 8),
        "mtn_target_environment": read.text("MTN_TARGET_ENVIRONMENT", "mtnrwanda"),
        "mtn_disbursement_key": read.text("MTN_DISBURSEMENT_KEY", ""),
        "mtn_disbursement_user": read.text("MTN_DISBURSEMENT_USER", ""),
        "mtn_disbursement_api_key": read.text("MTN_DISBURSEMENT_API_KEY", ""),
        "airtel": _airtel(read),
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


def _irembopay(read: "_Reader") -> IremboPaySettings | None:
    if not read.group("IREMBOPAY_BASE_URL", "IREMBOPAY_SECRET_KEY", "IREMBOPAY_ACCOUNT", "IREMBOPAY_PRODUCT_CODE"):
        return None
    return IremboPaySettings(
        base_url=read.far_url("IREMBOPAY_BASE_URL"),
        secret_key=read.secret("IREMBOPAY_SECRET_KEY", 8),
        account=read.text("IREMBOPAY_ACCOUNT"),
        product_code=read.text("IREMBOPAY_PRODUCT_CODE"),
    )


def _stripe(read: "_Reader") -> StripeSettings | None:
    base_url = read.far_url("STRIPE_BASE_URL", "")
    if not read.group("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", needed=bool(base_url)):
        return None
    return StripeSettings(
        base_url=base_url,
        secret_key=read.secret("STRIPE_SECRET_KEY", 8),
        webhook_secret=read.secret("STRIPE_WEBHOOK_SECRET", 8),
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

    def group(self, *names: str, needed: bool = False) -> bool:
        """Whether these are set: all of them or none, and all when `needed`."""
        missing = [name for name in names if not self._environ.get(name, "").strip()]
        if missing and (needed or len(missing) < len(names)):
            raise SettingsError(f"{missing[0]} is not set, and {names[0]} and what belongs to it go together")
        return not missing

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
