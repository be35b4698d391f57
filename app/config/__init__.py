"""Settings: read once from the environment, validated, frozen. Nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.config.rails import (
    AirtelSettings,
    DarajaSettings,
    IremboPaySettings,
    StripeSettings,
    read_airtel,
    read_daraja,
    read_irembopay,
    read_stripe,
)
from app.config.reader import Reader, SettingsError, YesNo

__all__ = [
    "AirtelSettings",
    "DarajaSettings",
    "Environment",
    "IremboPaySettings",
    "Settings",
    "SettingsError",
    "StripeSettings",
    "load_settings",
]


class Environment(StrEnum):
    """Where this installation runs."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


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
    read = Reader(environ)
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
    settings = Settings(**values, **_outside(read), irembopay=read_irembopay(read), stripe=read_stripe(read))  # type: ignore[arg-type]
    _check_together(settings)
    return settings


def _outside(read: Reader) -> dict[str, object]:
    return {
        "mtn_base_url": read.far_url("MTN_BASE_URL"),
        "mtn_subscription_key": read.text("MTN_SUBSCRIPTION_KEY"),
        "mtn_api_user": read.text("MTN_API_USER"),
        "mtn_api_key": read.secret("MTN_API_KEY", 8),
        "mtn_target_environment": read.text("MTN_TARGET_ENVIRONMENT", "mtnrwanda"),
        "mtn_disbursement_key": read.text("MTN_DISBURSEMENT_KEY", ""),
        "mtn_disbursement_user": read.text("MTN_DISBURSEMENT_USER", ""),
        "mtn_disbursement_api_key": read.text("MTN_DISBURSEMENT_API_KEY", ""),
        "airtel": read_airtel(read),
        "daraja": read_daraja(read),
        "twilio_base_url": read.far_url("TWILIO_BASE_URL", "") or None,
        "twilio_account_sid": read.text("TWILIO_ACCOUNT_SID"),
        "twilio_auth_token": read.secret("TWILIO_AUTH_TOKEN", 8),
        "twilio_from": read.text("TWILIO_FROM"),
        "smtp_host": read.text("SMTP_HOST"),
        "smtp_port": read.number("SMTP_PORT", 587, 1, 65535),
        "smtp_username": read.text("SMTP_USERNAME", ""),
        "smtp_password": read.text("SMTP_PASSWORD", ""),
        "smtp_starttls": read.choice("SMTP_STARTTLS", YesNo, "yes") is YesNo.YES,
        "mail_from": read.text("MAIL_FROM"),
    }


def _check_together(settings: Settings) -> None:
    if settings.environment is Environment.PRODUCTION:
        if not settings.https:
            raise SettingsError("PUBLIC_URL must begin with https:// when IKIREGO_ENV is production")
        if settings.sandbox_url:
            raise SettingsError("SANDBOX_URL must be empty when IKIREGO_ENV is production: the sandbox moves no money")
