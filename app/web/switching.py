"""A form posted only to read its page in another language: what was typed comes back, unjudged and unsaved."""

from flask import g, request
from werkzeug.exceptions import ClientDisconnected

from app.core.language import LANGUAGES

SWITCH = "switch_language"
"""The name of the buttons that change the language of a page with a form."""


def switching() -> bool:
    """Whether this request only changes the language."""
    try:
        if "switching" not in g:
        g.switching = False  # also when the form turns out to be one that can't be read
        g.switching = request.method == "POST" and request.form.get(SWITCH, "") in LANGUAGES
    return bool(g.switching)
    except ClientDisconnected:  # the line was cut: whoever reads the form next refuses it, and nobody waits for a page
        return False
