"""A form posted only to read its page in another language: what was typed comes back, unjudged and unsaved."""

from flask import g, request
from werkzeug.exceptions import ClientDisconnected

from app.core.language import LANGUAGES

SWITCH = "switch_language"
"""The name of the buttons that change the language of a page with a form."""


def switching() -> bool:
    """Whether this request only changes the language. The first to ask reads the form, with all that it may raise."""
    if "switching" not in g:
        # Stays so when the form can't be read (too large, say): the page that says so must not stumble over it again.
        g.switching = False
        g.switching = _asked()
    return bool(g.switching)


def _asked() -> bool:
    try:
        return request.method == "POST" and request.form.get(SWITCH, "") in LANGUAGES
    except ClientDisconnected:  # the line was cut: whoever reads the form next refuses it, and nobody waits for a page
        return False
