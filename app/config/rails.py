"""The settings of the rails that may be left out: each is set up whole, or not at all."""

from dataclasses import dataclass, field

from app.config.reader import Reader, YesNo


@dataclass(frozen=True, slots=True, kw_only=True)
class AirtelSettings:
    """The court's application in Airtel's portal. `sign`: sign messages, which some countries demand."""

    base_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    callback_key: str = field(repr=False)
    sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IremboPaySettings:
    """The court's merchant account at IremboPay."""

    base_url: str
    secret_key: str = field(repr=False)
    account: str
    product_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """The court's account at Stripe; `base_url` is empty for Stripe itself."""

    base_url: str
    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DarajaSettings:
    """The court's app and paybill at Safaricom; without an initiator nothing can be paid back there."""

    base_url: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    shortcode: str
    passkey: str = field(repr=False)
    initiator: str
    security_credential: str = field(repr=False)


def read_airtel(read: Reader) -> AirtelSettings | None:
    """The settings of this rail; None when it is not set up."""
    names = ("BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "CALLBACK_KEY", "SIGN")
    if not read.any_of(*(f"AIRTEL_{name}" for name in names)):
        return None
    return AirtelSettings(
        base_url=read.far_url("AIRTEL_BASE_URL"),
        client_id=read.text("AIRTEL_CLIENT_ID"),
        client_secret=read.secret("AIRTEL_CLIENT_SECRET", 8),
        callback_key=read.secret("AIRTEL_CALLBACK_KEY", 8),
        sign=read.choice("AIRTEL_SIGN", YesNo, "yes") is YesNo.YES,
    )


def read_irembopay(read: Reader) -> IremboPaySettings | None:
    """The settings of this rail; None when it is not set up."""
    if not read.group("IREMBOPAY_BASE_URL", "IREMBOPAY_SECRET_KEY", "IREMBOPAY_ACCOUNT", "IREMBOPAY_PRODUCT_CODE"):
        return None
    return IremboPaySettings(
        base_url=read.far_url("IREMBOPAY_BASE_URL"),
        secret_key=read.secret("IREMBOPAY_SECRET_KEY", 8),
        account=read.text("IREMBOPAY_ACCOUNT"),
        product_code=read.text("IREMBOPAY_PRODUCT_CODE"),
    )


def read_stripe(read: Reader) -> StripeSettings | None:
    """The settings of this rail; None when it is not set up."""
    base_url = read.far_url("STRIPE_BASE_URL", "")
    if not read.group("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", needed=bool(base_url)):
        return None
    return StripeSettings(
        base_url=base_url,
        secret_key=read.secret("STRIPE_SECRET_KEY", 8),
        webhook_secret=read.secret("STRIPE_WEBHOOK_SECRET", 8),
    )


def read_daraja(read: Reader) -> DarajaSettings | None:
    """The settings of this rail; None when it is not set up."""
    needed = ("BASE_URL", "CONSUMER_KEY", "CONSUMER_SECRET", "SHORTCODE", "PASSKEY")
    refunding = ("DARAJA_INITIATOR", "DARAJA_SECURITY_CREDENTIAL")
    if not read.any_of(*(f"DARAJA_{name}" for name in needed), *refunding):
        return None
    refunds = read.any_of(*refunding)
    return DarajaSettings(
        base_url=read.far_url("DARAJA_BASE_URL"),
        consumer_key=read.text("DARAJA_CONSUMER_KEY"),
        consumer_secret=read.secret("DARAJA_CONSUMER_SECRET", 8),
        shortcode=read.text("DARAJA_SHORTCODE"),
        passkey=read.secret("DARAJA_PASSKEY", 8),
        initiator=read.text("DARAJA_INITIATOR") if refunds else "",
        security_credential=read.secret("DARAJA_SECURITY_CREDENTIAL", 8) if refunds else "",
    )
