"""Secrets that this installation makes for itself, kept in one file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from supervisor.complaint import Complaint

_MTN = ("mtn_api_key", "mtn_subscription_key", "mtn_disbursement_key")
_AIRTEL = ("airtel_client_secret", "airtel_callback_key")
_DARAJA = ("daraja_consumer_secret", "daraja_passkey", "daraja_credential")
_PAGES = ("irembopay_secret_key", "stripe_secret_key", "stripe_webhook_secret")
NAMES = ("postgres", "owner", "app", "secret_key", *_MTN, *_AIRTEL, *_DARAJA, *_PAGES, "sms_auth_token")


class Keys(dict[str, str]):
    """Name -> secret: the passwords of PostgreSQL's three roles, the key that signs cookies, the sandbox's accounts."""


def keys_in(path: Path) -> Keys:
    """The secrets in the file `path`; made, and safely on the disk, when there are none yet."""
    kept = _read(path)
    missing = [name for name in NAMES if name not in kept]
    if missing:
        kept.update({name: secrets.token_urlsafe(32) for name in missing})
        _write(path, kept)
    return Keys(kept)


def fresh_keys() -> Keys:
    """Secrets for a database that is thrown away; nothing is written."""
    return Keys({name: secrets.token_urlsafe(32) for name in NAMES})


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="ascii")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Complaint(f"{path} holds this installation's passwords and can't be read: {error}") from error


def _write(path: Path, kept: dict[str, str]) -> None:
    staging = path.with_suffix(".new")
    staging.unlink(missing_ok=True)
    with os.fdopen(os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(kept, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    # The passwords must be there before a database exists that knows them.
    staging.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
