"""The rails of a portal at the sandbox, each with a payer who pays at once."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.config import AirtelSettings
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.money import Money
from app.payments.provider import CollectionProvider
from app.payments.rails.airtel import AirtelMoney
from app.payments.rails.daraja import Daraja, Initiator
from app.payments.rails.daraja_session import DarajaApp, DarajaSession
from app.payments.rails.daraja_wire import Shortcode
from app.payments.rails.irembopay import IremboPay
from app.payments.rails.irembopay_wire import IremboPayAccount
from app.payments.rails.mtn import MtnAccount, MtnCollections
from app.payments.rails.stripe_checkout import StripeAccount, StripeCheckout
from app.payments.reversals.service import KeptReversals
from app.payments.till import Addresses, Till, make_till
from app.payments.vault import Vault
from sandbox.server import Sandbox
from tests.builders.payments import rwf

KEY = "a-key-for-tests-only-of-enough-length"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """A rail in tests. `word` is its sandbox account's, `operator` the name under which faults are set.

    `phone` pays at once, `late` fails and turns out paid 15 s later. Without phones, `press` is what a payer does on
    the provider's page, given the provider's own name for the payment. `patience`: seconds until a worker asks.
    `kept`: what the operator keeps of `fee`, `at_once` or at the settlement.
    """

    code: str
    word: str
    operator: str
    fee: Money
    kept: int
    phone: str | None = None
    late: str | None = None
    press: Callable[[Sandbox, str], None] | None = None
    patience: int = 6
    at_once: bool = False

    @property
    def bank(self) -> str:
        """The word of the bank's account in its currency."""
        return "bank" if self.fee.currency == "RWF" else f"bank-{self.fee.currency.lower()}"


def _pay_invoice(box: Sandbox, number: str) -> None:
    office = box.world.irembopay
    office.approve(office.ask(number, "0788000101", "MTN").reference)


def _pay_by_card(box: Sandbox, session_id: str) -> None:
    box.world.stripe.pay(session_id)


MTN = Rail(
    code="mtn_momo",
    word="mtn",
    operator="mtn",
    fee=rwf(20_000),
    kept=200,
    phone="+250788000101",
    late="+250788000302",
)
AIRTEL = Rail(
    code="airtel_money",
    word="airtel",
    operator="airtel",
    fee=rwf(20_000),
    kept=200,
    phone="+250722000101",
    late="+250722000302",
    patience=185,
)
MPESA = Rail(
    code="mpesa",
    word="mpesa",
    operator="daraja",
    fee=Money(150_000, "KES"),
    kept=1_500,
    phone="+254712345101",
    late="+254712345302",
    at_once=True,
)
IREMBOPAY = Rail(
    code="irembopay",
    word="irembopay",
    operator="irembopay",
    fee=rwf(20_000),
    kept=200,
    press=_pay_invoice,
)
STRIPE = Rail(
    code="stripe",
    word="stripe",
    operator="stripe",
    fee=rwf(20_000),
    kept=200,
    press=_pay_by_card,
    at_once=True,
)
RAILS = (MTN, AIRTEL, MPESA, IREMBOPAY, STRIPE)


def till_of(rail: Rail, database: Database, clock: ManualClock, box: Sandbox, client: httpx.Client) -> Till:
    """A till with this rail and no other; nothing that is called back arrives."""
    provider = _MAKERS[rail.code](database, clock, box, client)
    addresses = Addresses(public="http://localhost", callback=NOWHERE)
    return make_till(database, clock, secret_key=KEY, addresses=addresses, providers=(provider,))


def _mtn(_: Database, clock: ManualClock, box: Sandbox, client: httpx.Client) -> CollectionProvider:
    known = box.world.settings.mtn
    account = MtnAccount(
        base_url=f"{box.url}/mtn",
        subscription_key=known.collection_key,
        api_user=known.api_user,
        api_key=known.api_key,
        target_environment=known.target,
        disbursement_key=known.disbursement_key,
    )
    return MtnCollections(account, clock=clock, client=client)


def _airtel(_: Database, clock: ManualClock, box: Sandbox, client: httpx.Client) -> CollectionProvider:
    known = box.world.settings.airtel
    account = AirtelSettings(
        base_url=f"{box.url}/airtel",
        client_id=known.client_id,
        client_secret=known.client_secret,
        callback_key=known.callback_key,
        sign=False,
    )
    return AirtelMoney(account, clock=clock, client=client)


def _mpesa(database: Database, clock: ManualClock, box: Sandbox, client: httpx.Client) -> CollectionProvider:
    known = box.world.settings.daraja
    app = DarajaApp(
        base_url=f"{box.url}/daraja", consumer_key=known.consumer_key, consumer_secret=known.consumer_secret
    )
    return Daraja(
        DarajaSession(app, clock=clock, client=client),
        Shortcode(number=known.shortcode, passkey=known.passkey),
        clock=clock,
        reversals=KeptReversals(database, Vault(KEY), f"{NOWHERE}/callbacks/daraja"),
        initiator=Initiator(name=known.initiator, credential=known.security_credential),
    )


def _irembopay(_: Database, clock: ManualClock, box: Sandbox, client: httpx.Client) -> CollectionProvider:
    known = box.world.settings.irembopay
    account = IremboPayAccount(
        base_url=f"{box.url}/irembopay",
        secret_key=known.secret_key,
        payment_account=known.payment_account,
        product_code=known.product_code,
    )
    return IremboPay(account, clock=clock, client=client)


def _stripe(_: Database, clock: ManualClock, box: Sandbox, client: httpx.Client) -> CollectionProvider:
    known = box.world.settings.stripe
    account = StripeAccount(
        secret_key=known.secret_key, webhook_secret=known.webhook_secret, base_url=f"{box.url}/stripe"
    )
    return StripeCheckout(account, client=client)


_MAKERS: dict[str, Callable[[Database, ManualClock, Sandbox, httpx.Client], CollectionProvider]] = {
    "mtn_momo": _mtn,
    "airtel_money": _airtel,
    "mpesa": _mpesa,
    "irembopay": _irembopay,
    "stripe": _stripe,
}
