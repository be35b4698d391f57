"""What taking a payment needs from the process it runs in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.core.clock import Clock
from app.core.db import Database
from app.core.language import T, Text
from app.payments.breaker import Breaker
from app.payments.ids import AttemptId, ObligationId
from app.payments.provider import CollectionProvider
from app.payments.repricing import FeeOf, no_fee_of
from app.payments.vault import Vault

CALLBACK_PATHS = {
    "mtn": "mtn_momo",
    "airtel": "airtel_money",
    "daraja": "mpesa",
    "stripe": "stripe",
    "irembopay": "irembopay",
}
"""The word in a callback's address, and whose it is."""

_TITLES = {"cash_desk": T("Cash desk")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Database, clock, providers by code, the address at which providers reach us, and what a subject costs now."""

    database: Database
    clock: Clock
    vault: Vault
    providers: Mapping[str, CollectionProvider]
    callback_url: str
    public_url: str
    breakers: Mapping[str, Breaker] = field(default_factory=dict)
    fee_of: FeeOf = no_fee_of

    def provider(self, code: str) -> CollectionProvider:
        """The provider with that code; raises KeyError for one that is no longer wired."""
        return self.providers[code]

    def title_of(self, code: str) -> Text | str:
        """A provider's name for people, also of one that is no longer wired."""
        provider = self.providers.get(code)
        return provider.title if provider else _TITLES.get(code, code)

    def breaker(self, code: str) -> Breaker:
        """The provider's breaker."""
        return self.breakers[code]

    def return_address(self, obligation_id: ObligationId, attempt_id: AttemptId | None = None) -> str:
        """Where a payer comes back to from a provider's own page; being there proves nothing.

        With an attempt: the page for somebody who pays another person's bill, and may have no account.
        """
        if attempt_id is not None:
            return f"{self.public_url}/pay/made/{self.vault.link_token('attempt', attempt_id)}"
        return f"{self.public_url}/pay/{obligation_id}/status"

    def callback_address(self, provider: str, reference_id: UUID) -> str:
        """Where the provider tells us about this attempt; the last part is its secret."""
        word = next(word for word, code in CALLBACK_PATHS.items() if code == provider)
        return f"{self.callback_url}/callbacks/{word}/{self.vault.callback_secret(reference_id)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where people (`public`) and providers (`callback`) reach this installation."""

    public: str
    callback: str


def make_till(
    database: Database,
    clock: Clock,
    *,
    secret_key: str,
    addresses: Addresses,
    providers: tuple[CollectionProvider, ...],
    fee_of: FeeOf = no_fee_of,
) -> Till:
    """A till for these providers, in the order in which payers are offered them."""
    return Till(
        database=database,
        clock=clock,
        vault=Vault(secret_key),
        providers={provider.code: provider for provider in providers},
        callback_url=addresses.callback.rstrip("/"),
        public_url=addresses.public.rstrip("/"),
        breakers={provider.code: Breaker() for provider in providers},
        fee_of=fee_of,
    )
