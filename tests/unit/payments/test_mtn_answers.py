"""Answers that the operator's sandbox does not give, and gateways in front of the real one do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from app.core.clock import ManualClock
from app.core.money import Money
from app.payments.provider import Answer, AttemptRef, PaymentRequest, ReportState
from app.payments.rails.mtn import MtnAccount, MtnCollections

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
Answers = Callable[[httpx.Request], httpx.Response]


class Wire:
    """An adapter whose calls are answered by `answers`, and what it called."""

    def __init__(self, answers: Answers, token: dict[str, object] | None = None) -> None:
        self.clock = ManualClock(START)
        self.tokens = 0
        self.calls: list[httpx.Request] = []
        self._token = {"access_token": "t", "expires_in": 3600} if token is None else token
        self._answers = answers
        account = MtnAccount(
            base_url="https://momo.example",
            subscription_key="subscription",
            api_user="user",
            api_key="key",
            target_environment="mtnrwanda",
        )
        client = httpx.Client(transport=httpx.MockTransport(self._handle))
        self.adapter = MtnCollections(account, clock=self.clock, client=client)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/collection/token/":
            self.tokens += 1
            return httpx.Response(200, json=self._token)
        self.calls.append(request)
        return self._answers(request)

    def ask(self) -> ReportState:
        return self.adapter.get_status(AttemptRef(reference_id=uuid4(), host=None)).state

    def send(self) -> Answer:
        request = PaymentRequest(
            reference_id=uuid4(),
            amount=Money(20_000, "RWF"),
            msisdn="+250788123456",
            bill_reference="B7K3M9QXDA",
            message="Court fee",
            callback_url=None,
        )
        return self.adapter.request_to_pay(request).answer


@pytest.mark.parametrize("said", [{}, {"expires_in": 0}, {"expires_in": -5}, {"expires_in": "soon"}])
def test_a_token_without_a_lifetime_serves_for_a_few_minutes(said: dict[str, object]) -> None:
    wire = Wire(lambda _: httpx.Response(202), token={"access_token": "t", **said})
    wire.send()
    wire.send()
    assert wire.tokens == 1
    wire.clock.advance(timedelta(minutes=6))
    wire.send()
    assert wire.tokens == 2


@pytest.mark.parametrize("token", [{"error": "invalid"}, {"access_token": ""}, {"access_token": 7}])
def test_without_a_token_nothing_is_sent_and_nothing_is_decided(token: dict[str, object]) -> None:
    wire = Wire(lambda _: httpx.Response(202), token=token)
    assert (wire.send(), wire.ask(), wire.calls) == (Answer.UNKNOWN, ReportState.AMBIGUOUS, [])


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(404, json={"code": "RESOURCE_NOT_FOUND"}), ReportState.NOT_FOUND),
        (httpx.Response(404), ReportState.NOT_FOUND),
        (httpx.Response(404, text="<html>no such route</html>"), ReportState.AMBIGUOUS),
        (httpx.Response(200, text="<html>welcome</html>"), ReportState.AMBIGUOUS),
        (httpx.Response(200, json=[]), ReportState.AMBIGUOUS),
        (httpx.Response(500, json={"status": "SUCCESSFUL", "amount": "1", "currency": "RWF"}), ReportState.AMBIGUOUS),
        (httpx.Response(403, text="<html>forbidden</html>"), ReportState.AMBIGUOUS),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), ReportState.AMBIGUOUS),
        (httpx.Response(401), ReportState.AMBIGUOUS),
    ],
)
def test_only_the_operators_own_document_says_anything_of_a_payment(answer: httpx.Response, state: ReportState) -> None:
    assert Wire(lambda _: answer).ask() is state


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(202), Answer.ACCEPTED),
        (httpx.Response(409, json={"code": "RESOURCE_ALREADY_EXIST"}), Answer.DUPLICATE),
        (httpx.Response(400, json={"code": "INVALID_CURRENCY"}), Answer.REJECTED),
        (httpx.Response(400), Answer.REJECTED),
        (httpx.Response(500, json={"code": "INVALID_CALLBACK_URL_HOST"}), Answer.REJECTED),
        (httpx.Response(500, json={"code": "INTERNAL_PROCESSING_ERROR"}), Answer.UNKNOWN),
        (httpx.Response(502, text="<html>bad gateway</html>"), Answer.UNKNOWN),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), Answer.UNKNOWN),
        (httpx.Response(408), Answer.UNKNOWN),
        (httpx.Response(429), Answer.UNKNOWN),
    ],
)
def test_only_a_clear_answer_is_acceptance_or_refusal(answer: httpx.Response, meaning: Answer) -> None:
    wire = Wire(lambda _: answer)
    assert wire.send() is meaning
    assert len(wire.calls) == 1, "a request is never repeated by the adapter"


def test_every_call_says_who_we_are_and_where_we_mean() -> None:
    wire = Wire(lambda _: httpx.Response(202))
    wire.send()
    (call,) = wire.calls
    assert call.headers["User-Agent"].startswith("Ikirego/")
    assert call.headers["X-Target-Environment"] == "mtnrwanda"
    assert call.headers["Ocp-Apim-Subscription-Key"] == "subscription"
    assert call.headers["Authorization"] == "Bearer t"
    assert "X-Callback-Url" not in call.headers


def test_a_broken_line_is_unclear_both_ways() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    wire = Wire(broken)
    assert (wire.send(), wire.ask()) == (Answer.UNKNOWN, ReportState.AMBIGUOUS)
