"""The ways to pay a bill: every rail that is wired and takes its amount, with a word where one doesn't answer now."""

from dataclasses import dataclass
from datetime import datetime

from app.core.money import Money
from app.payments.provider import Flow
from app.payments.till import Till


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to pay; `down`: it has not answered for a while, so another one is the better choice just now."""

    code: str
    title: str
    flow: Flow
    down: bool


def offers(till: Till, due: Money, now: datetime) -> tuple[Offer, ...]:
    """What a payer may choose from, in the order in which the rails were wired."""
    return tuple(
        Offer(
            code=provider.code,
            title=provider.title,
            flow=provider.capabilities.flow,
            down=till.breaker(provider.code).is_open(now),
        )
        for provider in till.providers.values()
        if provider.capabilities.takes(due) and provider.capabilities.flow is not Flow.BILL_REFERENCE
    )


def pay_origins(till: Till) -> tuple[str, ...]:
    """Where the pages are to which the wired rails send payers."""
    found = {origin for provider in till.providers.values() for origin in provider.capabilities.pay_origins}
    return tuple(sorted(found))
