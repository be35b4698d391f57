"""Words in the reader's language.

Business code makes `T("...")`: a text that is translated only when it is shown, so the same refusal speaks
Kinyarwanda to one reader and French to another. Catalogues are gettext files under `translations/`, read at start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("rw", "en", "fr")
OWN_NAMES = {"rw": "Ikinyarwanda", "en": "English", "fr": "Français"}
DEFAULT = "rw"
CATALOGUES = Path(__file__).resolve().parents[2] / "translations"

_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language spoken now: "rw", "en" or "fr"."""
    return _current.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak `code` inside the block."""
    token = _current.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def set_language(code: str) -> None:
    """Speak `code` from here on in this context (a request, a message)."""
    _current.set(code if code in LANGUAGES else DEFAULT)


@cache
def catalogue(code: str) -> NullTranslations:
    """The catalogue of a language; English is written in the code, so it has none."""
    path = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        po = read_po(file, locale=code)
    # Babel's Kinyarwanda has no plural rule, and gettext falls back to the two forms of English.
    compiled = BytesIO()
    write_mo(compiled, po)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, **params: object) -> str:
    """`message` in the language spoken now, its %(name)s filled from `params`."""
    translated: str = catalogue(_current.get()).ugettext(message) if message else ""
    return translated % params if params else translated


def ngettext(singular: str, plural: str, n: int, **params: object) -> str:
    """The singular or plural form for `n`, which is also offered as %(num)s."""
    translated: str = catalogue(_current.get()).ungettext(singular, plural, n)
    return translated % {"num": n, **params}


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be said later, in whatever language is then spoken."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The words in the language spoken now."""
        return gettext(self.message, **{k: _said(v) for k, v in self.params.items()})

    def __hash__(self) -> int:
        """Texts with the same message go together; equality tells them apart."""
        return hash(self.message)


@dataclass(frozen=True, slots=True)
class Localised:
    """Words kept as data, in every language (court names, fee titles)."""

    rw: str
    en: str
    fr: str

    def __str__(self) -> str:
        """The words in the language spoken now."""
        return self.said_in(_current.get())

    def said_in(self, code: str) -> str:
        """The words in `code`."""
        return {"rw": self.rw, "en": self.en, "fr": self.fr}[code]


def T(message: str, **params: Any) -> Text:  # noqa: N802 - the short name gettext tools look for
    """A text to be translated when shown; `params` fill %(name)s and may be texts themselves."""
    return Text(message, params)


def _said(value: Any) -> Any:
    return str(value) if isinstance(value, Text | Localised) else value


def _locale() -> Locale:
    return _babel_locale(_current.get())


@cache
def _babel_locale(code: str) -> Locale:
    return Locale.parse(f"{code}_RW")


def long_date(day: date) -> str:
    """ "4 May 2026" in the language spoken now."""
    return _long_date(date(day.year, day.month, day.day), _current.get())


@lru_cache(maxsize=4096)
def _long_date(day: date, code: str) -> str:
    # A case page says dozens of dates, most of them more than once, and each costs Babel a look at its tables.
    return format_date(day, "d MMMM y", locale=_babel_locale(code))


def weekday_date(day: date) -> str:
    """ "Monday 4 May 2026" in the language spoken now."""
    return format_date(day, "EEEE d MMMM y", locale=_locale())


def short_date(day: date) -> str:
    """ "04/05/2026": day first, as Rwandan papers write it."""
    return day.strftime("%d/%m/%Y")


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """ "14:05" in `zone`."""
    return format_time(moment.astimezone(zone), "HH:mm", locale=_locale())


def long_datetime(moment: datetime, zone: ZoneInfo) -> str:
    """ "4 May 2026, 14:05" in `zone`."""
    local = moment.astimezone(zone)
    return f"{_long_date(local.date(), _current.get())}, {local.hour:02}:{local.minute:02}"


def last_day(end: datetime, zone: ZoneInfo) -> str:
    """ "30 November 2026" when `end`, the first instant that is too late, is the midnight after; else with its time."""
    local = end.astimezone(zone)
    if local.time() == time.min:
        return long_date(local.date() - timedelta(days=1))
    return long_datetime(end, zone)
