"""What a provider posts to us, as bytes and of no more than a sensible length."""

from flask import request

from app.core.errors import TooLarge
from app.payments.callbacks import MOST_BYTES


def posted_body() -> bytes:
    """The body of this request, untouched; raises TooLarge."""
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    body = request.get_data(cache=True)
    if len(body) > MOST_BYTES:
        raise TooLarge
    return body
