"""The front page: what this is, where everything is, and which number does what."""

from flask import Blueprint, Response, jsonify, render_template

from sandbox.airtel.triggers import RWANDA_ENDINGS as AIRTEL_ENDINGS
from sandbox.daraja.triggers import KENYA_ENDINGS
from sandbox.mtn.triggers import MTN_TEST_NUMBERS, RWANDA_ENDINGS
from sandbox.sms import triggers as sms_triggers
from sandbox.world import world

pages = Blueprint("front", __name__)


@pages.get("/")
def front() -> str:
    return render_template(
        "sandbox/front.html",
        settings=world().settings,
        rwanda=RWANDA_ENDINGS,
        airtel=AIRTEL_ENDINGS,
        kenya=KENYA_ENDINGS,
        swedish=MTN_TEST_NUMBERS,
        sms_endings=sms_triggers.ENDINGS,
        sms_magic=sms_triggers.MAGIC,
    )


@pages.get("/healthz")
def health() -> Response:
    """Whether the process answers and its file can be read."""
    world().faults.listed()
    return jsonify(status="ok")
