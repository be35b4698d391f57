"""The house with M-Pesa's settings: the rail is there, and the operator knows where to tell of payments."""

from datetime import timedelta

from app import wiring
from app.core.clock import ManualClock
from app.payments.offers import offers
from app.payments.paybill.registration import Registration
from sandbox.server import Sandbox
from tests.builders.mpesa import FEE, Mpesa, Portal
from tests.builders.payments import FEE as FRANCS
from tests.builders.postgres import Urls
from tests.builders.settings import make_settings


def test_a_worker_registers_the_addresses_and_only_bills_in_shillings_are_offered_mpesa(
    box: Sandbox, operator: Mpesa, fresh_urls: Urls, clock: ManualClock
) -> None:
    settings = make_settings(
        {
            "DATABASE_URL": fresh_urls.app,
            "CALLBACK_URL": "http://127.0.0.1:9",
            "DARAJA_BASE_URL": f"{box.url}/daraja",
            "DARAJA_CONSUMER_KEY": "sandbox-consumer-key",
            "DARAJA_CONSUMER_SECRET": "sandbox-consumer-secret",
            "DARAJA_SHORTCODE": "174379",
            "DARAJA_PASSKEY": "sandbox-passkey",
        }
    )
    house = wiring.build(settings, clock)
    try:
        assert operator.pay_bill("B1", "10").status_code == 409
        drains = wiring.drains(house)
        assert sum(drains[name]() for name in ("payments.addresses", "payments.bills", "payments.polling")) == 0
        assert operator.pay_bill("B1", "10").status_code == 200
        till = house.extensions["till"]
        assert [o.code for o in offers(till, FEE, clock.now())] == ["mpesa"]
        assert "mpesa" not in [o.code for o in offers(till, FRANCS, clock.now())]
    finally:
        house.database.dispose()


def test_an_operator_that_does_not_answer_is_told_later(operator: Mpesa, portal: Portal) -> None:
    operator.set_fault("down", on="other")
    registration = Registration(portal.till)
    for wait, registered in ((0, False), (1, False), (5, True)):
        portal.clock.advance(timedelta(minutes=wait))
        assert registration.drain() == 0
        assert (operator.pay_bill("B1", "10").status_code == 200) is registered
