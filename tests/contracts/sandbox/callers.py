"""What talks to the sandbox in these tests, written from the operators' contracts and not from the sandbox's code."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

_PATIENCE = 15.0
API_USER, API_KEY = "5ca1ab1e-0000-4000-8000-00000000c0de", "sandbox-api-key"
SUBSCRIPTION = {"Ocp-Apim-Subscription-Key": "sandbox-collection-key"}


def eventually(check: Callable[[], bool]) -> None:
    """Wait until `check` holds; fail the test when it still doesn't after a long while."""
    ticks = threading.Event()
    for _ in range(int(_PATIENCE / 0.05)):
        if check():
            return
        ticks.wait(0.05)
    raise AssertionError("it never came to pass")


class Mtn:
    """A caller of the money operator; every method returns the bare HTTP answer."""

    def __init__(self, url: str, user: str = API_USER, key: str = API_KEY, target: str = "mtnrwanda") -> None:
        self.http = httpx.Client(base_url=url, timeout=_PATIENCE, trust_env=False)
        self.user, self.key, self.target = user, key, target
        self.token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def sign_in(self, product: str = "collection") -> httpx.Response:
        answer = self.http.post(
            f"/{product}/token/",
            auth=(self.user, self.key),
            headers={"Ocp-Apim-Subscription-Key": f"sandbox-{product}-key"},
        )
        if answer.status_code == 200:
            self.token = answer.json()["access_token"]
        return answer

    def headers(self, product: str = "collection", **changed: str | None) -> dict[str, str]:
        if not self.token:
            self.sign_in(product)
        usual: dict[str, str | None] = {
            "Authorization": f"Bearer {self.token}",
            "Ocp-Apim-Subscription-Key": f"sandbox-{product}-key",
            "X-Target-Environment": self.target,
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        return {name: value for name, value in usual.items() if value is not None}

    def ask(self, msisdn: str = "250788000000", **changed: Any) -> httpx.Response:
        """Ask a number to pay; keyword arguments change the body, or by `headers` the headers."""
        headers = self.headers(**{"X_Reference_Id": str(uuid4()), **changed.pop("headers", {})})
        body = {
            "amount": "20000",
            "currency": "RWF",
            "externalId": "RC-1",
            "payer": {"partyIdType": "MSISDN", "partyId": msisdn},
            "payerMessage": "Court fee",
            "payeeNote": "RC-1",
            **changed,
        }
        return self.http.post("/collection/v1_0/requesttopay", json=body, headers=headers)

    def accepted(self, msisdn: str = "250788000000", callback: str | None = None, **changed: Any) -> str:
        """Ask a number to pay, see it accepted, and return the reference id."""
        reference = str(uuid4())
        answer = self.ask(msisdn, headers={"X_Reference_Id": reference, "X_Callback_Url": callback}, **changed)
        assert (answer.status_code, answer.content) == (202, b"")
        return reference

    def status(self, reference: str) -> httpx.Response:
        return self.http.get(f"/collection/v1_0/requesttopay/{reference}", headers=self.headers())

    def press(self, reference: str, action: str, msisdn: str = "250788000000", pin: str = "1234") -> httpx.Response:
        """Press a button on the handset."""
        return self.http.post(
            f"/handset/{msisdn}/prompts/{reference}",
            data={"action": action, "pin": pin},
            headers={"Accept": "application/json"},
        )

    def set_fault(self, kind: str, operator: str = "mtn", **changed: Any) -> None:
        answer = self.http.post("/faults", json={"operator": operator, "kind": kind, "times": 1, **changed})
        assert answer.status_code == 201, answer.text

    def advance(self, seconds: float) -> None:
        assert self.http.post("/clock", json={"seconds": seconds}).status_code == 200

    def debits(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/books").json()["debits"]
        return found


def provisioned(url: str) -> Mtn:
    """A caller with an API user of its own, made the way MTN's test system has it."""
    client = Mtn(url, user=str(uuid4()), target="sandbox")
    made = client.http.post(
        "/v1_0/apiuser",
        json={"providerCallbackHost": "portal.example"},
        headers={**SUBSCRIPTION, "X-Reference-Id": client.user},
    )
    key = client.http.post(f"/v1_0/apiuser/{client.user}/apikey", headers=SUBSCRIPTION)
    assert (made.status_code, key.status_code) == (201, 201)
    client.key = key.json()["apiKey"]
    return client


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request that the listener got."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Listener:
    """An HTTP server on loopback that keeps what it gets; `answers` are the statuses it gives in turn, then 200."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[int] = []
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/callback/secret"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                url = f"http://{self.headers['Host']}{self.path}"
                status = listener._hear(Heard(method=self.command, url=url, headers=dict(self.headers), body=body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PUT = do_POST  # noqa: N815 - the base class looks for this name

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _hear(self, heard: Heard) -> int:
        with self._changed:
            self.heard.append(heard)
            self._changed.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, number: int) -> list[Heard]:
        """The first `number` requests, once they are there."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.heard) >= number, _PATIENCE), self.heard
            return self.heard[:number]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
