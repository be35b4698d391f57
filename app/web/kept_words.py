"""The words of a form that could not be taken: they stand on the page that says so, to be copied."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

SECRET = frozenset({"again", "code", "csrf_token", "current", "password"})
"""The fields that are never shown again, whatever was typed in them."""

_WORTH_KEEPING = 40


def words_to_keep() -> list[str]:
    """The longer texts that were posted from our own page, each once; never a password, a code or a key."""
    if request.method != "POST" or is_foreign():
        return []
    try:
        typed = [text.strip() for key, text in request.form.items(multi=True) if key not in SECRET]
    except HTTPException:  # too large, or cut short
        return []
    return list(dict.fromkeys(text for text in typed if _worth_keeping(text)))


def is_foreign() -> bool:
    """Whether another site caused this request; the browser says so, and no script can make it lie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    sent = request.headers.get("Origin")
    return sent is not None and sent not in _ours()


def _ours() -> set[str]:
    ours = {current_app.config["OUR_ORIGIN"]}
    # On one's own machine "localhost" and "127.0.0.1" are the same place; where people reach us, one name is ours.
    return ours if current_app.config["SESSION_COOKIE_SECURE"] else {*ours, request.host_url.rstrip("/")}


def _worth_keeping(text: str) -> bool:
    return "\n" in text or (len(text) >= _WORTH_KEEPING and " " in text)
