"""Everything that a running sandbox is made of, in one place."""

from dataclasses import dataclass
from typing import cast

from flask import request

from sandbox import signing
from sandbox.airtel.access import Access as AirtelAccess
from sandbox.airtel.dialect import dialect as airtel_dialect
from sandbox.authenticator import Authenticators
from sandbox.clock import Clock
from sandbox.config import Settings
from sandbox.daraja.access import Access as DarajaAccess
from sandbox.daraja.operator import Daraja
from sandbox.daraja.paybill import Paybill
from sandbox.daraja.reversals import Reversals
from sandbox.faults import Faults
from sandbox.irembopay.office import Office
from sandbox.irembopay.webhooks import HEADER as IREMBOPAY_HEADER
from sandbox.mail.mailbox import Mailbox
from sandbox.mtn.access import Access
from sandbox.mtn.dialect import dialect as mtn_dialect
from sandbox.prompt import Asker
from sandbox.push import PushOperator
from sandbox.sms.gateway import Gateway
from sandbox.store import Store
from sandbox.stripe.account import Account
from sandbox.stripe.events import HEADER as STRIPE_HEADER
from sandbox.stripe.refunds import Refunds
from sandbox.wallets import Wallets

WORLD = "ikirego.sandbox"
"""Where a request's WSGI environment has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`operator` is MTN's."""

    settings: Settings
    store: Store
    clock: Clock
    faults: Faults
    access: Access
    operator: PushOperator
    airtel_access: AirtelAccess
    airtel: PushOperator
    daraja_access: DarajaAccess
    daraja: Daraja
    paybill: Paybill
    reversals: Reversals
    wallets: Wallets
    irembopay: Office
    stripe: Account
    stripe_refunds: Refunds
    signer: signing.Signer
    gateway: Gateway
    mailbox: Mailbox
    authenticators: Authenticators

    @property
    def askers(self) -> tuple[Asker, ...]:
        """Everybody who can ask a handset to pay, or shows there what it paid."""
        return (self.operator, self.airtel, self.daraja, self.paybill)


def make_world(settings: Settings) -> World:
    """Open the store in `settings.data` and put the operators on it."""
    store = Store(settings.data)
    clock = Clock(store)
    paybill = Paybill(store, clock, settings)
    return World(
        settings=settings,
        store=store,
        clock=clock,
        faults=Faults(store, clock),
        access=Access(store, clock, settings.mtn),
        operator=PushOperator(store, clock, settings.prompt_seconds, mtn_dialect(settings, clock)),
        airtel_access=AirtelAccess(store, clock, settings.airtel),
        airtel=PushOperator(store, clock, settings.prompt_seconds, airtel_dialect(settings, clock)),
        daraja_access=DarajaAccess(store, clock, settings.daraja),
        daraja=Daraja(store, clock, settings, also=paybill.echo),
        paybill=paybill,
        reversals=Reversals(store, clock, settings),
        wallets=Wallets(store, clock),
        irembopay=Office(store, clock, settings.irembopay, settings.prompt_seconds),
        stripe=Account(store, clock, settings.stripe),
        stripe_refunds=Refunds(store, clock, settings.stripe),
        signer=signing.Signer(
            {
                IREMBOPAY_HEADER: (signing.irembopay, settings.irembopay.secret_key),
                STRIPE_HEADER: (signing.stripe, settings.stripe.webhook_secret),
            }
        ),
        gateway=Gateway(store, clock, settings.sms),
        mailbox=Mailbox(store, clock),
        authenticators=Authenticators(store),
    )


def world() -> World:
    """The world of the request that is being answered."""
    return cast(World, request.environ[WORLD])
