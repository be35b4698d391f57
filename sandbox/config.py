"""Settings of the sandbox, and the only place in it that reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadSettings(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MtnAccount:
    """The API user that exists before anybody provisions one, so that a demo needs no set-up at the operator.

    `callback_host` is compared with the host name in X-Callback-Url, as MTN does.
    """

    api_user: str = "5ca1ab1e-0000-4000-8000-00000000c0de"
    api_key: str = "sandbox-api-key"
    collection_key: str = "sandbox-collection-key"
    disbursement_key: str = "sandbox-disbursement-key"
    callback_host: str = "127.0.0.1"
    target: str = "mtnrwanda"
    callback_method: str = "PUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AirtelAccount:
    """The application as it is set up in Airtel's portal: its one callback address, and the key of its callbacks' hash.

    `sign`: message signing is mandatory, as it is in some countries; a signature that comes is checked always.
    """

    client_id: str = "5ca1ab1e-0000-4000-8000-0000000a1a7e"
    client_secret: str = "sandbox-client-secret"
    callback_key: str = "sandbox-callback-key"
    callback_url: str | None = "http://127.0.0.1:8000/callbacks/airtel"
    sign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IremboPayAccount:
    """The merchant at IremboPay: the key also signs webhooks, which go to one address."""

    secret_key: str = "sandbox-irembopay-key"
    payment_account: str = "IKIREGO-RWF"
    product_code: str = "PC-ikirego"
    webhook_url: str = "http://127.0.0.1:8000/callbacks/irembopay"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeAccount:
    """The account at Stripe, and the one endpoint that its events go to."""

    secret_key: str = "sk_test_sandbox"
    webhook_secret: str = "whsec_sandbox"
    webhook_url: str = "http://127.0.0.1:8000/callbacks/stripe"


@dataclass(frozen=True, slots=True, kw_only=True)
class DarajaAccount:
    """The app and the paybill that exist at Safaricom. `initiator` and its credential are for reversals."""

    consumer_key: str = "sandbox-consumer-key"
    consumer_secret: str = "sandbox-consumer-secret"
    shortcode: str = "174379"
    passkey: str = "sandbox-passkey"
    initiator: str = "testapi"
    security_credential: str = "sandbox-security-credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsAccount:
    """The account of the SMS gateway: the sid is the user name, the token the password and the signing key."""

    sid: str = "AC5a4d0000000000000000000000000001"
    token: str = "sandbox-auth-token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a running sandbox needs. Port 0 takes any free port; `prompt_seconds` is how long a handset may wait."""

    data: Path
    port: int = 8001
    smtp_port: int = 8002
    portal_url: str = "http://127.0.0.1:8000"
    prompt_seconds: float = 300.0
    mtn: MtnAccount = field(default_factory=MtnAccount)
    airtel: AirtelAccount = field(default_factory=AirtelAccount)
    irembopay: IremboPayAccount = field(default_factory=IremboPayAccount)
    stripe: StripeAccount = field(default_factory=StripeAccount)
    daraja: DarajaAccount = field(default_factory=DarajaAccount)
    sms: SmsAccount = field(default_factory=SmsAccount)


def from_environment(env: Mapping[str, str]) -> Settings:
    """Read the settings from `env`; raises BadSettings when one is wrong or when this is a production machine."""
    _refuse_production(env)
    port = _number(env, "SANDBOX_PORT", 8001)
    portal_url = env.get("SANDBOX_PORTAL_URL", "http://127.0.0.1:8000").rstrip("/")
    host = urlsplit(portal_url).hostname
    if host is None:
        raise BadSettings(f"SANDBOX_PORTAL_URL must be an address such as http://127.0.0.1:8000, not {portal_url!r}.")
    return Settings(
        data=Path(env.get("SANDBOX_DATA", "var/sandbox")),
        port=port,
        smtp_port=_number(env, "SANDBOX_SMTP_PORT", port + 1),
        portal_url=portal_url,
        prompt_seconds=_number(env, "SANDBOX_PROMPT_SECONDS", 300),
        mtn=_mtn(env, host),
        airtel=_airtel(env, portal_url),
        irembopay=_irembopay(env, portal_url),
        stripe=_stripe(env, portal_url),
        daraja=_daraja(env),
        sms=SmsAccount(
            sid=env.get("SANDBOX_SMS_ACCOUNT_SID", SmsAccount().sid),
            token=env.get("SANDBOX_SMS_AUTH_TOKEN", SmsAccount().token),
        ),
    )


def _mtn(env: Mapping[str, str], host: str) -> MtnAccount:
    usual = MtnAccount()
    method = env.get("SANDBOX_MTN_CALLBACK_METHOD", usual.callback_method).upper()
    if method not in ("PUT", "POST"):
        raise BadSettings(f"SANDBOX_MTN_CALLBACK_METHOD must be PUT or POST, not {method!r}.")
    return MtnAccount(
        api_user=env.get("SANDBOX_MTN_API_USER", usual.api_user),
        api_key=env.get("SANDBOX_MTN_API_KEY", usual.api_key),
        collection_key=env.get("SANDBOX_MTN_COLLECTION_KEY", usual.collection_key),
        disbursement_key=env.get("SANDBOX_MTN_DISBURSEMENT_KEY", usual.disbursement_key),
        callback_host=env.get("SANDBOX_MTN_CALLBACK_HOST", host),
        target=env.get("SANDBOX_MTN_TARGET", usual.target),
        callback_method=method,
    )


def _airtel(env: Mapping[str, str], portal_url: str) -> AirtelAccount:
    usual = AirtelAccount()
    sign = env.get("SANDBOX_AIRTEL_SIGN", "no").strip().lower()
    if sign not in ("yes", "no"):
        raise BadSettings(f"SANDBOX_AIRTEL_SIGN must be yes or no, not {sign!r}.")
    return AirtelAccount(
        client_id=env.get("SANDBOX_AIRTEL_CLIENT_ID", usual.client_id),
        client_secret=env.get("SANDBOX_AIRTEL_CLIENT_SECRET", usual.client_secret),
        callback_key=env.get("SANDBOX_AIRTEL_CALLBACK_KEY", usual.callback_key),
        callback_url=env.get("SANDBOX_AIRTEL_CALLBACK_URL", f"{portal_url}/callbacks/airtel"),
        sign=sign == "yes",
    )


def _irembopay(env: Mapping[str, str], portal_url: str) -> IremboPayAccount:
    usual = IremboPayAccount()
    return IremboPayAccount(
        secret_key=env.get("SANDBOX_IREMBOPAY_SECRET_KEY", usual.secret_key),
        payment_account=env.get("SANDBOX_IREMBOPAY_ACCOUNT", usual.payment_account),
        product_code=env.get("SANDBOX_IREMBOPAY_PRODUCT_CODE", usual.product_code),
        webhook_url=env.get("SANDBOX_IREMBOPAY_WEBHOOK_URL", f"{portal_url}/callbacks/irembopay"),
    )


def _stripe(env: Mapping[str, str], portal_url: str) -> StripeAccount:
    usual = StripeAccount()
    return StripeAccount(
        secret_key=env.get("SANDBOX_STRIPE_SECRET_KEY", usual.secret_key),
        webhook_secret=env.get("SANDBOX_STRIPE_WEBHOOK_SECRET", usual.webhook_secret),
        webhook_url=env.get("SANDBOX_STRIPE_WEBHOOK_URL", f"{portal_url}/callbacks/stripe"),
    )


def _daraja(env: Mapping[str, str]) -> DarajaAccount:
    usual = DarajaAccount()
    return DarajaAccount(
        consumer_key=env.get("SANDBOX_DARAJA_CONSUMER_KEY", usual.consumer_key),
        consumer_secret=env.get("SANDBOX_DARAJA_CONSUMER_SECRET", usual.consumer_secret),
        shortcode=env.get("SANDBOX_DARAJA_SHORTCODE", usual.shortcode),
        passkey=env.get("SANDBOX_DARAJA_PASSKEY", usual.passkey),
        initiator=env.get("SANDBOX_DARAJA_INITIATOR", usual.initiator),
        security_credential=env.get("SANDBOX_DARAJA_SECURITY_CREDENTIAL", usual.security_credential),
    )


def _refuse_production(env: Mapping[str, str]) -> None:
    for name in ("SANDBOX_ENV", "IKIREGO_ENV"):
        if env.get(name, "").strip().lower() in ("production", "prod", "live"):
            raise BadSettings(
                f"The sandbox only pretends: no money moves and no message leaves. {name} says that this is a "
                "production machine, so it does not start. Point the portal at the real providers instead."
            )


def _number(env: Mapping[str, str], name: str, usual: int) -> int:
    text = env.get(name, "").strip() or str(usual)
    if not text.isdigit() or int(text) > 65535:
        raise BadSettings(f"{name} must be a whole number up to 65535, not {text!r}.")
    return int(text)
