"""A form posted only to read its page in another language: what was typed comes back, unjudged and unsaved."""

from flask import request

from app.core.language import LANGUAGES

SWITCH = "switch_language"
"""The name of the buttons that change the language of a page with a form."""


def switching() -> bool:
    """Whether this request only changes the language."""
    return request.method == "POST" and request.form.get(SWITCH, "") in LANGUAGES
