"""A caller of Airtel Money, written from Airtel's documents and not from the sandbox's code."""

from base64 import b64decode, b64encode
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CLIENT_ID, CLIENT_SECRET = "5ca1ab1e-0000-4000-8000-0000000a1a7e", "sandbox-client-secret"
CALLBACK_KEY = "sandbox-callback-key"


class Airtel:
    """Every method returns the bare HTTP answer, unless it says otherwise. Numbers are national: nine digits."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, trust_env=False)
        self.token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def sign_in(self, secret: str = CLIENT_SECRET) -> httpx.Response:
        credentials = {"client_id": CLIENT_ID, "client_secret": secret, "grant_type": "client_credentials"}
        answer = self.http.post("/airtel/auth/oauth2/token", json=credentials)
        if answer.status_code == 200:
            self.token = answer.json()["access_token"]
        return answer

    def headers(self, **changed: str | None) -> dict[str, str]:
        if not self.token:
            self.sign_in()
        usual: dict[str, str | None] = {
            "Authorization": f"Bearer {self.token}",
            "X-Country": "RW",
            "X-Currency": "RWF",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        return {name: value for name, value in usual.items() if value is not None}

    def ask(
        self, msisdn: str = "722000000", identifier: str | None = None, headers: Any = None, **changed: Any
    ) -> httpx.Response:
        """Ask a number to pay; keyword arguments change the transaction."""
        body = {
            "reference": "RC1",
            "subscriber": {"country": "RW", "currency": "RWF", "msisdn": msisdn},
            "transaction": {
                "amount": 20000,
                "country": "RW",
                "currency": "RWF",
                "id": identifier or str(uuid4()),
                **changed,
            },
        }
        return self.http.post("/airtel/merchant/v1/payments/", json=body, headers=headers or self.headers())

    def accepted(self, msisdn: str = "722000000", **changed: Any) -> str:
        """Ask a number to pay, see the push accepted, and return the id."""
        identifier = str(uuid4())
        answer = self.ask(msisdn, identifier, **changed)
        assert (answer.status_code, answer.json()["status"]["success"]) == (200, True), answer.text
        return identifier

    def enquire(self, identifier: str) -> httpx.Response:
        return self.http.get(f"/airtel/standard/v1/payments/{identifier}", headers=self.headers())

    def standing(self, identifier: str) -> dict[str, Any]:
        """The transaction in the answer to an enquiry."""
        found: dict[str, Any] = self.enquire(identifier).json()["data"]["transaction"]
        return found

    def refund(self, airtel_money_id: str) -> httpx.Response:
        body = {"transaction": {"airtel_money_id": airtel_money_id}}
        return self.http.post("/airtel/standard/v1/payments/refund", json=body, headers=self.headers())

    def seal(self, body: bytes) -> dict[str, str]:
        """The headers that sign a body."""
        answer = self.http.get("/airtel/v1/rsa/encryption-keys", headers=self.headers()).json()
        loaded = serialization.load_der_public_key(b64decode(answer["data"]["key"]))
        assert isinstance(loaded, RSAPublicKey)
        key, vector = b"k" * 32, b"v" * 16
        padder = padding.PKCS7(128).padder()
        encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
        sealed = encryptor.update(padder.update(body) + padder.finalize()) + encryptor.finalize()
        pair = b64encode(key) + b":" + b64encode(vector)
        return {
            "x-signature": b64encode(sealed).decode(),
            "x-key": b64encode(loaded.encrypt(pair, PKCS1v15())).decode(),
        }

    def press(self, identifier: str, action: str, msisdn: str = "722000000", pin: str = "1234") -> httpx.Response:
        """Press a button on the handset."""
        return self.http.post(
            f"/handset/250{msisdn}/prompts/{identifier}",
            data={"action": action, "pin": pin},
            headers={"Accept": "application/json"},
        )

    def set_fault(self, kind: str, **changed: Any) -> None:
        answer = self.http.post("/faults", json={"operator": "airtel", "kind": kind, "times": 1, **changed})
        assert answer.status_code == 201, answer.text

    def advance(self, seconds: float) -> None:
        assert self.http.post("/clock", json={"seconds": seconds}).status_code == 200

    def book_lines(self, kind: str = "collection") -> list[dict[str, Any]]:
        """What the operator's books hold of a kind."""
        lines = self.http.get("/books").json()["payments"]
        return [line for line in lines if line["operator"] == "airtel" and line["kind"] == kind]

    def debits(self) -> list[dict[str, Any]]:
        return [line for line in self.book_lines() if line["status"] == "SUCCESSFUL"]
