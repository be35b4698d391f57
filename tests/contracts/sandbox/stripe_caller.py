"""An account at Stripe, written from its API reference and not from the sandbox's code; plain HTTP, no SDK."""

from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

KEY, WEBHOOK_SECRET = "sk_test_sandbox", "whsec_sandbox"


class Shop:
    """Every method returns the bare HTTP answer unless it says more."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def post(self, path: str, form: dict[str, str], key: str | None = None, secret: str = KEY) -> httpx.Response:
        headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key else {})
        return self.http.post(f"/stripe/v1/{path}", data=form, headers=headers)

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.http.get(f"/stripe/v1/{path}", params=query, headers={"Authorization": f"Bearer {KEY}"})

    def create(self, key: str | None = None, **changed: str) -> httpx.Response:
        form = {
            "mode": "payment",
            "line_items[0][price_data][currency]": "rwf",
            "line_items[0][price_data][unit_amount]": "20000",
            "line_items[0][price_data][product_data][name]": "Court fee",
            "line_items[0][quantity]": "1",
            "success_url": "http://127.0.0.1:1/back?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:1/left",
            "client_reference_id": str(uuid4()),
            **changed,
        }
        return self.post("checkout/sessions", {name: value for name, value in form.items() if value != ""}, key)

    def created(self, **changed: str) -> dict[str, Any]:
        """Open a session, see it open, and return it."""
        answer = self.create(**changed)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def session(self, session_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"checkout/sessions/{session_id}").json()
        return found

    def press(self, session_id: str, action: str = "pay") -> httpx.Response:
        """A button on the hosted page: pay, generic_decline, insufficient_funds, expired_card."""
        return self.http.post(
            f"/stripe/c/pay/{session_id}", data={"action": action}, headers={"Accept": "application/json"}
        )

    def paid(self) -> str:
        """Pay a new session; the payment intent."""
        session_id = self.created()["id"]
        assert self.press(session_id).status_code == 200
        return str(self.session(session_id)["payment_intent"])

    def set_fault(self, kind: str, **changed: Any) -> None:
        answer = self.http.post("/faults", json={"operator": "stripe", "kind": kind, "times": 1, **changed})
        assert answer.status_code == 201, answer.text

    def advance(self, seconds: float) -> None:
        assert self.http.post("/clock", json={"seconds": seconds}).status_code == 200

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/books/stripe").json()
        return found
