"""What people are told by SMS or e-mail about their account. Discreet: a phone may lie open on a table.

Each fits one SMS of 160 characters in the GSM 7-bit alphabet, in every language.
"""

from dataclasses import dataclass
from datetime import timedelta

from app.core.language import T, Text

CODE_LASTS = timedelta(minutes=10)
NEWS_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message: its e-mail subject, its text, and how long it is worth sending."""

    subject: Text
    text: Text
    lasts: timedelta = NEWS_LASTS


def code_words(code: str) -> Words:
    """A one-time code."""
    text = T("%(code)s is your Ikirego code. It works for 10 minutes. Never give it to anyone.", code=code)
    return Words(subject=T("Your Ikirego code"), text=text, lasts=CODE_LASTS)


ALREADY_REGISTERED = Words(
    subject=T("You already have an account"),
    text=T(
        "You already have an Ikirego account. Sign in with your password, or reset it. If you did not ask, do nothing."
    ),
)
NO_ACCOUNT = Words(
    subject=T("No account was found"),
    text=T("Somebody asked to reset an Ikirego password, but this contact has no account. You can create one."),
)
PASSWORD_CHANGED = Words(
    subject=T("Your password was changed"),
    text=T("Your Ikirego password was changed. If it was not you, reset it at once or call the court."),
)
CONTACT_CHANGED = Words(
    subject=T("Your contact was changed"),
    text=T("A contact of your Ikirego account was changed. If it was not you, reset your password at once."),
)
FACTOR_REMOVED = Words(
    subject=T("Your second factor was removed"),
    text=T("The authenticator app was taken off your Ikirego account. If you did not ask, call the court."),
)
