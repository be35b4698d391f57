"""Builds the rails that are set up; the order is that in which payers are offered them."""

from collections.abc import Sequence

from app.config import Settings
from app.core.clock import Clock
from app.core.db import Database
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
from app.payments.vault import Vault


def rails_of(settings: Settings, database: Database, clock: Clock) -> tuple[CollectionProvider, ...]:
    """Every rail whose settings are given. Raises InsecureAddress."""
    return (
        _mtn(settings, clock),
        *_airtel(settings, clock),
        *_daraja(settings, database, clock),
        *_page_rails(settings, clock),
    )


def _mtn(settings: Settings, clock: Clock) -> MtnCollections:
    account = MtnAccount(
        base_url=settings.mtn_base_url,
        subscription_key=settings.mtn_subscription_key,
        api_user=settings.mtn_api_user,
        api_key=settings.mtn_api_key,
        target_environment=settings.mtn_target_environment,
        disbursement_key=settings.mtn_disbursement_key,
        disbursement_user=settings.mtn_disbursement_user,
        disbursement_api_key=settings.mtn_disbursement_api_key,
    )
    return MtnCollections(account, clock=clock)


def _airtel(settings: Settings, clock: Clock) -> Sequence[AirtelMoney]:
    return [AirtelMoney(settings.airtel, clock=clock)] if settings.airtel else []


def _daraja(settings: Settings, database: Database, clock: Clock) -> Sequence[Daraja]:
    found = settings.daraja
    if found is None:
        return []
    app = DarajaApp(base_url=found.base_url, consumer_key=found.consumer_key, consumer_secret=found.consumer_secret)
    vault, here = Vault(settings.secret_key), f"{settings.callback_url}/callbacks/daraja"
    return [
        Daraja(
            DarajaSession(app, clock=clock),
            Shortcode(number=found.shortcode, passkey=found.passkey),
            clock=clock,
            reversals=KeptReversals(database, vault, here),
            initiator=Initiator(name=found.initiator, credential=found.security_credential)
            if found.initiator
            else None,
        )
    ]


def _page_rails(settings: Settings, clock: Clock) -> tuple[CollectionProvider, ...]:
    """The rails whose payers pay on the provider's page, where they are set up."""
    rails: list[CollectionProvider] = []
    if settings.irembopay is not None:
        merchant = IremboPayAccount(
            base_url=settings.irembopay.base_url,
            secret_key=settings.irembopay.secret_key,
            payment_account=settings.irembopay.account,
            product_code=settings.irembopay.product_code,
        )
        rails.append(IremboPay(merchant, clock=clock))
    if settings.stripe is not None:
        card = StripeAccount(
            base_url=settings.stripe.base_url,
            secret_key=settings.stripe.secret_key,
            webhook_secret=settings.stripe.webhook_secret,
        )
        rails.append(StripeCheckout(card))
    return tuple(rails)
