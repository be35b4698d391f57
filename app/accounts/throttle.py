"""Brakes on guessing and on sending codes, counted in PostgreSQL so that they hold across processes.

Nobody is locked out by a stranger: a wrong guess counts against the place it came from. Only the wide limits (one
account from many networks, a whole network, everywhere) touch others, they let a browser pass in which the person has
signed in before, and a code sent to the person's own phone opens the account at any time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.visitor import Visitor
from app.core import counters
from app.core.errors import TooMany
from app.core.language import T
from app.core.ticks import slot_of


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of `name` in one window."""

    name: str
    most: int
    window: timedelta


QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
TRIES_HERE = Limit("password.here", 10, QUARTER)
TRIES_OF_KNOWN = Limit("password.device", 10, QUARTER)
WRONG_ACCOUNT = Limit("password.account", 100, HOUR)
# Thousands of phones share one address of a mobile operator.
WRONG_NETWORK = Limit("password.network", 300, QUARTER)
WRONG_ANYWHERE = Limit("password.anywhere", 5000, QUARTER)
FACTOR_TRIES = Limit("factor.account", 20, HOUR)
CODES_TO_CONTACT = Limit("code.contact", 5, HOUR)
CODES_TO_KNOWN = Limit("code.device", 5, HOUR)
CODES_FROM_NETWORK = Limit("code.network", 200, HOUR)
CODES_ANYWHERE = Limit("code.anywhere", 10_000, HOUR)


class TooManySignIns(TooMany):
    """Too many wrong passwords."""

    text = T(
        "There were too many tries to sign in. Wait 15 minutes, then try again. "
        "If you have forgotten your password, you can reset it now."
    )


class TooManyCodes(TooMany):
    """Too many codes asked for."""

    text = T("Too many codes were asked for. Use the last one that you received, or try again in an hour.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordTry:
    """One try at an account's password. `account` is the contact typed, whether or not anybody has it."""

    account: str
    visitor: Visitor
    known: bool
    at: datetime

    def admit(self, session: Session) -> None:
        """Count the try before the password is looked at, so that parallel ones wait; raises TooManySignIns."""
        if self.known:
            self._count(session, TRIES_OF_KNOWN, f"{self.visitor.device}|{self.account}")
            return
        self._count(session, TRIES_HERE, self._here)
        for limit, key in self._wide:
            if counters.seen(session, _key(limit, key), limit.window, self.at) >= limit.most:
                raise TooManySignIns(_until_next(limit, self.at))

    def was_wrong(self, session: Session) -> None:
        """Count it against the account, the network and everywhere; a known browser harms only itself."""
        if not self.known:
            for limit, key in self._wide:
                counters.hit(session, _key(limit, key), limit.window, self.at)

    def was_right(self, session: Session) -> None:
        """Whoever knows the password starts afresh here."""
        counters.forget(session, _key(TRIES_HERE, self._here))
        counters.forget(session, _key(TRIES_OF_KNOWN, f"{self.visitor.device}|{self.account}"))

    @property
    def _here(self) -> str:
        return f"{self.visitor.network}|{self.account}"

    @property
    def _wide(self) -> tuple[tuple[Limit, str], ...]:
        return (WRONG_ACCOUNT, self.account), (WRONG_NETWORK, self.visitor.network), (WRONG_ANYWHERE, "")

    def _count(self, session: Session, limit: Limit, key: str) -> None:
        if counters.hit(session, _key(limit, key), limit.window, self.at) > limit.most:
            raise TooManySignIns(_until_next(limit, self.at))


def count_code_sent(session: Session, contact: str, visitor: Visitor, *, known: bool, at: datetime) -> None:
    """Count a code about to be sent to `contact`; raises TooManyCodes, the same for contacts that nobody has."""
    if known:
        # A stranger who uses up the contact's own count can't keep its owner from getting a code.
        limits: tuple[tuple[Limit, str], ...] = ((CODES_TO_KNOWN, f"{visitor.device}|{contact}"),)
    else:
        limits = (CODES_TO_CONTACT, contact), (CODES_FROM_NETWORK, visitor.network), (CODES_ANYWHERE, "")
    for limit, key in limits:
        if counters.hit(session, _key(limit, key), limit.window, at) > limit.most:
            raise TooManyCodes(_until_next(limit, at))


def count_factor_try(session: Session, account: str, visitor: Visitor, *, known: bool, at: datetime) -> None:
    """Count a try at the second factor, which comes after a right password; raises TooManySignIns."""
    key = f"{visitor.device}|{account}" if known else account
    if counters.hit(session, _key(FACTOR_TRIES, key), FACTOR_TRIES.window, at) > FACTOR_TRIES.most:
        raise TooManySignIns(_until_next(FACTOR_TRIES, at))


def _key(limit: Limit, key: str) -> str:
    return f"{limit.name}|{key}"


def _until_next(limit: Limit, at: datetime) -> timedelta:
    return slot_of(at, limit.window) + limit.window - at + timedelta(seconds=1)
