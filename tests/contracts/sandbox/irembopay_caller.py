"""A merchant at IremboPay, written from its API documentation and not from the sandbox's code."""

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

KEY, ACCOUNT, PRODUCT = "sandbox-irembopay-key", "IKIREGO-RWF", "PC-ikirego"
PHONE = "0788000000"


class Merchant:
    """Every method returns the bare HTTP answer unless it says more."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def create(self, headers: dict[str, str] | None = None, **changed: Any) -> httpx.Response:
        body = {
            "transactionId": str(uuid4()),
            "paymentAccountIdentifier": ACCOUNT,
            "paymentItems": [{"code": PRODUCT, "quantity": 1, "unitAmount": 20000}],
            "description": "Court fee B7K3M9QXDA",
            "expiryAt": (datetime.now(UTC) + timedelta(minutes=30)).isoformat(),
            "language": "EN",
            **changed,
        }
        return self.http.post("/irembopay/payments/invoices", json=body, headers=self.headers() | (headers or {}))

    def headers(self) -> dict[str, str]:
        return {"irembopay-secretKey": KEY, "X-API-Version": "2"}

    def created(self, **changed: Any) -> dict[str, Any]:
        """Create an invoice, see it made, and return its data."""
        answer = self.create(**changed)
        assert answer.status_code == 201, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def get(self, reference: str) -> httpx.Response:
        return self.http.get(f"/irembopay/payments/invoices/{reference}", headers=self.headers())

    def status(self, reference: str) -> str:
        return str(self.get(reference).json()["data"]["paymentStatus"])

    def initiate(self, number: str, phone: str = PHONE, provider: str = "MTN", **changed: Any) -> httpx.Response:
        body = {"accountIdentifier": phone, "paymentProvider": provider, "invoiceNumber": number, **changed}
        return self.http.post("/irembopay/payments/transactions/initiate", json=body, headers=self.headers())

    def press(self, number: str, action: str, phone: str = PHONE) -> httpx.Response:
        """The person types their number on the payment page and answers on the phone: approve or decline."""
        provider = "MTN" if phone[:3] in ("078", "079") else "AIRTEL"
        reference = self.initiate(number, phone, provider).json()["data"]["referenceId"]
        return self.http.post(
            f"/irembopay/pay/{number}/prompt/{reference}",
            data={"action": action},
            headers={"Accept": "application/json"},
        )

    def expire(self, number: str) -> None:
        answer = self.http.post(f"/irembopay/pay/{number}/expire", headers={"Accept": "application/json"})
        assert answer.status_code == 200

    def set_fault(self, kind: str, **changed: Any) -> None:
        answer = self.http.post("/faults", json={"operator": "irembopay", "kind": kind, "times": 1, **changed})
        assert answer.status_code == 201, answer.text

    def advance(self, seconds: float) -> None:
        assert self.http.post("/clock", json={"seconds": seconds}).status_code == 200

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/books/irembopay").json()
        return found
