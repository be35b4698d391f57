"""The pack of this process, for views of any room; wiring loads it into `app.extensions["pack"]` at start."""

from collections.abc import Callable
from dataclasses import replace

from flask import current_app

from app.courts.fee_book import FeeSchedule
from app.courts.pack import Pack

ApprovedFees = Callable[[], tuple[FeeSchedule, ...]]


def current_pack() -> Pack:
    """The jurisdiction that this portal serves."""
    found: Pack = current_app.extensions["pack"]
    return found


def priced_pack() -> Pack:
    """The same with the fee schedules that were approved on the desk, read by `app.extensions["approved_fees"]`."""
    read: ApprovedFees = current_app.extensions["approved_fees"]
    pack = current_pack()
    return replace(pack, fees=pack.fees.with_schedules(read()))
