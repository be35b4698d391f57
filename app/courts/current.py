"""The pack of this process, for views of any room; wiring loads it into `app.extensions["pack"]` at start."""

from flask import current_app

from app.courts.pack import Pack


def current_pack() -> Pack:
    """The jurisdiction that this portal serves."""
    found: Pack = current_app.extensions["pack"]
    return found
