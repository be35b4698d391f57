"""Who may call Airtel's API, and the key with which callers wrap what they sign."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.clock import Clock
from sandbox.config import AirtelAccount
from sandbox.store import Store

TOKEN_SECONDS = 180
_KEY_DAYS = 30
_KEY_NAME = "airtel_rsa_key"


class BadSignature(Exception):
    """x-signature and x-key don't open to the body that came with them."""


class Access:
    """Tokens and the RSA key, in the store."""

    def __init__(self, store: Store, clock: Clock, account: AirtelAccount) -> None:
        self._store = store
        self._clock = clock
        self._account = account

    def issue_token(self, client_id: object, client_secret: object) -> str | None:
        """A token that is good for TOKEN_SECONDS; None when the credentials are wrong."""
        given = f"{client_id}\0{client_secret}".encode()
        if not secrets.compare_digest(given, f"{self._account.client_id}\0{self._account.client_secret}".encode()):
            return None
        token, now = secrets.token_urlsafe(24), self._clock.now()
        with self._store.write() as db:
            db.execute("DELETE FROM airtel_tokens WHERE expires_at < ?", (now,))
            db.execute("INSERT INTO airtel_tokens (token, expires_at) VALUES (?, ?)", (token, now + TOKEN_SECONDS))
        return token

    def is_good(self, token: str) -> bool:
        """Whether the token may still be used."""
        with self._store.read() as db:
            found = "SELECT 1 FROM airtel_tokens WHERE token = ? AND expires_at > ?"
            return db.execute(found, (token, self._clock.now())).fetchone() is not None

    def take_back(self, token: str) -> None:
        """Make a token worthless before its time."""
        with self._store.write() as db:
            db.execute("DELETE FROM airtel_tokens WHERE token = ?", (token,))

    def public_key(self) -> str:
        """The key that callers wrap theirs with: base64 of its DER form, as Airtel gives it."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        der = self._private_key().public_key().public_bytes(serialization.Encoding.DER, form)
        return base64.b64encode(der).decode()

    def valid_up_to(self) -> str:
        """Until when the key will do: "12-08-2026 21:29:26"."""
        end = datetime.fromtimestamp(self._clock.now(), UTC) + timedelta(days=_KEY_DAYS)
        return f"{end:%d-%m-%Y %H:%M:%S}"

    def open_signature(self, signature: str, key: str) -> bytes:
        """The body that was signed; raises BadSignature."""
        try:
            pair = self._private_key().decrypt(base64.b64decode(key, validate=True), PKCS1v15())
            aes_key, _, vector = pair.partition(b":")
            cipher = Cipher(algorithms.AES256(base64.b64decode(aes_key)), modes.CBC(base64.b64decode(vector)))
            decryptor, unpadder = cipher.decryptor(), padding.PKCS7(128).unpadder()
            padded = decryptor.update(base64.b64decode(signature, validate=True)) + decryptor.finalize()
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError as error:
            raise BadSignature from error

    def _private_key(self) -> rsa.RSAPrivateKey:
        """The key of this sandbox, made when it is first wanted and kept over a restart."""
        with self._store.read() as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (_KEY_NAME,)).fetchone()
        if row is None:
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            text = made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode()
            with self._store.write() as db:
                # Whoever else made one at the same moment was first.
                db.execute("INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)", (_KEY_NAME, text))
            return self._private_key()
        kept = serialization.load_pem_private_key(row["value"].encode(), password=None)
        if not isinstance(kept, rsa.RSAPrivateKey):
            raise TypeError(f"{_KEY_NAME} holds another kind of key")
        return kept
