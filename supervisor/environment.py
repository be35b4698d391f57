"""The settings that the children get. What the person set wins; the rest is made to fit this machine."""

import os
from collections.abc import Mapping
from pathlib import Path

from supervisor.complaint import Complaint
from supervisor.keys import Keys
from supervisor.place import Place

_MTN_USER = "5ca1ab1e-0000-4000-8000-00000000c0de"
_AIRTEL_CLIENT = "5ca1ab1e-0000-4000-8000-0000000a1a7e"
_DARAJA_SHORTCODE = "174379"
_SMS_ACCOUNT = "AC5a4d0000000000000000000000000001"


def read_dotenv(path: Path) -> dict[str, str]:
    """The KEY=VALUE lines of a .env file; empty lines and those that begin with # say nothing, quotes are taken off."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.removeprefix("export ").strip(), value.strip()
        if not equals or not name.isidentifier():
            raise Complaint(f"{path}, line {number}: write NAME=value.")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        found[name] = value
    return found


def chosen(root: Path) -> dict[str, str]:
    """What the person set: .env in the checkout, and over it the real environment."""
    return {**read_dotenv(root / ".env"), **os.environ}


def port(environ: Mapping[str, str]) -> int:
    """PORT, or 8000."""
    text = environ.get("PORT", "").strip() or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65533:
        raise Complaint(f"PORT must be a number from 1 to 65533, not {text!r}.")
    return int(text)


def is_demo(environ: Mapping[str, str]) -> bool:
    """Whether the demo people and the sandbox belong to this run."""
    return (environ.get("IKIREGO_ENV", "").strip() or "demo") == "demo"


def complete(environ: Mapping[str, str], place: Place, keys: Keys, database: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the children: what a demo needs, under what the person set."""
    http = port(environ)
    made = {
        "IKIREGO_ENV": "demo",
        "SECRET_KEY": keys["secret_key"],
        "PUBLIC_URL": f"http://127.0.0.1:{http}",
        "STORAGE_URL": place.files.absolute().as_uri(),
        "SCRATCH_DIR": str(place.var.absolute() / "scratch"),
        **database,
        # Logs are read while things happen.
        "PYTHONUNBUFFERED": "1",
    }
    if is_demo(environ):
        made |= _outside_world(http, place, keys)
    merged = made | {name: value for name, value in environ.items() if value.strip() or name not in made}
    # A proxy of this machine must not come between the portal and the sandbox.
    merged["NO_PROXY"] = merged["no_proxy"] = ",".join(filter(None, [merged.get("NO_PROXY"), "127.0.0.1,localhost"]))
    return merged


def _outside_world(http: int, place: Place, keys: Keys) -> dict[str, str]:
    """The sandbox's settings, and the portal's that fit them."""
    sandbox, mail = http + 1, http + 2
    here = f"http://127.0.0.1:{sandbox}"
    return {
        "SANDBOX_PORT": str(sandbox),
        "SANDBOX_SMTP_PORT": str(mail),
        "SANDBOX_DATA": str(place.sandbox.absolute()),
        "SANDBOX_PORTAL_URL": f"http://127.0.0.1:{http}",
        "SANDBOX_URL": here,
        # The operator calls back over loopback, also where people reach the portal by another name.
        "CALLBACK_URL": f"http://127.0.0.1:{http}",
        "SANDBOX_MTN_API_USER": _MTN_USER,
        "SANDBOX_MTN_API_KEY": keys["mtn_api_key"],
        "SANDBOX_MTN_COLLECTION_KEY": keys["mtn_subscription_key"],
        "SANDBOX_MTN_DISBURSEMENT_KEY": keys["mtn_disbursement_key"],
        "MTN_BASE_URL": f"{here}/mtn",
        "MTN_API_USER": _MTN_USER,
        "MTN_API_KEY": keys["mtn_api_key"],
        "MTN_SUBSCRIPTION_KEY": keys["mtn_subscription_key"],
        "MTN_DISBURSEMENT_KEY": keys["mtn_disbursement_key"],
        **_airtel(here, http, keys),
        **_page_rails(here, keys),
        **_daraja(here, keys),
        "SANDBOX_SMS_ACCOUNT_SID": _SMS_ACCOUNT,
        "SANDBOX_SMS_AUTH_TOKEN": keys["sms_auth_token"],
        "TWILIO_BASE_URL": f"{here}/twilio",
        "TWILIO_ACCOUNT_SID": _SMS_ACCOUNT,
        "TWILIO_AUTH_TOKEN": keys["sms_auth_token"],
        "TWILIO_FROM": "+250788000001",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail),
        "SMTP_STARTTLS": "no",
        "MAIL_FROM": "ikirego@courts.example",
    }


def _airtel(sandbox: str, http: int, keys: Keys) -> dict[str, str]:
    return {
        "SANDBOX_AIRTEL_CLIENT_ID": _AIRTEL_CLIENT,
        "SANDBOX_AIRTEL_CLIENT_SECRET": keys["airtel_client_secret"],
        "SANDBOX_AIRTEL_CALLBACK_KEY": keys["airtel_callback_key"],
        "SANDBOX_AIRTEL_CALLBACK_URL": f"http://127.0.0.1:{http}/callbacks/airtel",
        "SANDBOX_AIRTEL_SIGN": "yes",
        "AIRTEL_BASE_URL": f"{sandbox}/airtel",
        "AIRTEL_CLIENT_ID": _AIRTEL_CLIENT,
        "AIRTEL_CLIENT_SECRET": keys["airtel_client_secret"],
        "AIRTEL_CALLBACK_KEY": keys["airtel_callback_key"],
        "AIRTEL_SIGN": "yes",
    }


def _page_rails(here: str, keys: Keys) -> dict[str, str]:
    """IremboPay and Stripe, whose payers pay on a page of the sandbox."""
    return {
        "SANDBOX_IREMBOPAY_SECRET_KEY": keys["irembopay_secret_key"],
        "SANDBOX_IREMBOPAY_ACCOUNT": "IKIREGO-RWF",
        "SANDBOX_IREMBOPAY_PRODUCT_CODE": "PC-ikirego",
        "IREMBOPAY_BASE_URL": f"{here}/irembopay",
        "IREMBOPAY_SECRET_KEY": keys["irembopay_secret_key"],
        "IREMBOPAY_ACCOUNT": "IKIREGO-RWF",
        "IREMBOPAY_PRODUCT_CODE": "PC-ikirego",
        "SANDBOX_STRIPE_SECRET_KEY": keys["stripe_secret_key"],
        "SANDBOX_STRIPE_WEBHOOK_SECRET": keys["stripe_webhook_secret"],
        "STRIPE_BASE_URL": f"{here}/stripe",
        "STRIPE_SECRET_KEY": keys["stripe_secret_key"],
        "STRIPE_WEBHOOK_SECRET": keys["stripe_webhook_secret"],
    }


def _daraja(here: str, keys: Keys) -> dict[str, str]:
    account = {
        "DARAJA_CONSUMER_KEY": "sandbox-consumer-key",
        "DARAJA_CONSUMER_SECRET": keys["daraja_consumer_secret"],
        "DARAJA_SHORTCODE": _DARAJA_SHORTCODE,
        "DARAJA_PASSKEY": keys["daraja_passkey"],
        "DARAJA_INITIATOR": "sandbox-initiator",
        "DARAJA_SECURITY_CREDENTIAL": keys["daraja_credential"],
    }
    at_the_operator = {f"SANDBOX_{name}": value for name, value in account.items()}
    return {**account, **at_the_operator, "DARAJA_BASE_URL": f"{here}/daraja"}
