"""Refusals by family. A room's own refusal subclasses a family beside the code that raises it, and carries the words
that the person will read; families become pages in one place (`app/web/errors.py`)."""

from dataclasses import dataclass
from datetime import timedelta

from app.core.language import T, Text


class Refusal(Exception):
    """Something was not done, for a reason that a person can read."""

    status = 400
    text: Text = T("This could not be done.")

    def __init__(self, text: Text | None = None) -> None:
        """`text` replaces the family's words."""
        super().__init__()
        if text is not None:
            self.text = text

    def __str__(self) -> str:
        """The words, for logs and tests; never holds personal data."""
        return f"{type(self).__name__}: {self.text.message}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One gap: the `field` it concerns (an HTML id) and what to do about it; `url` leads to the page of the field."""

    field: str
    text: Text
    url: str | None = None


class Absent(Refusal):
    """It isn't there, or not for this actor: both look the same."""

    status = 404
    text = T("This page does not exist, or you may not see it.")


class Forbidden(Refusal):
    """The actor may see it but not do this."""

    status = 403
    text = T("You may not do this.")


class Conflict(Refusal):
    """The thing has moved on since it was read."""

    status = 409
    text = T("This has changed since you opened it. Look at it again before you go on.")


class Invalid(Refusal):
    """The input can't be taken as it is; `problems` name each field."""

    status = 422
    text = T("Something in what you sent needs your attention.")

    def __init__(self, text: Text | None = None, problems: tuple[Problem, ...] = ()) -> None:
        """`problems` are shown in the error summary."""
        super().__init__(text)
        self.problems = problems


class TooLarge(Refusal):
    """More was sent than is taken."""

    status = 413
    text = T("What you sent is too large.")


class TooMany(Refusal):
    """Too often in too short a time; `retry_after` says how long to wait."""

    status = 429
    text = T("Too many tries. Wait a little, then try again.")

    def __init__(self, retry_after: timedelta, text: Text | None = None) -> None:
        """`retry_after` becomes the Retry-After header."""
        super().__init__(text)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something we need is down; nothing was lost, and trying again is right."""

    status = 503
    text = T("The service can't do this just now. Nothing was lost. Try again in a few minutes.")
