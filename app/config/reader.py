"""Reads one setting at a time, and names the one that is missing or can't be used."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

_E = TypeVar("_E", bound=StrEnum)


class SettingsError(Exception):
    """A setting is missing or can't be used; the message names it and says what it should be."""


class YesNo(StrEnum):
    """A switch."""

    YES = "yes"
    NO = "no"


class Reader:
    """The environment; every method raises SettingsError that names the setting."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read from `environ`."""
        self._environ = environ

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise SettingsError(f"{name} is not set; .env.example says what it is")
        return default

    def secret(self, name: str, shortest: int) -> str:
        """A secret of at least so many characters that is no example."""
        value = self.text(name)
        if len(value) < shortest or value.lower().startswith(("change", "secret", "example")):
            raise SettingsError(f"{name} must be a secret of your own of at least {shortest} characters")
        return value

    def url(self, name: str, default: str | None = None, schemes: tuple[str, ...] = ("http", "https")) -> str:
        """A URL, web addresses without their last slash."""
        value = self.text(name, default)
        if value and (urlsplit(value).scheme not in schemes or "://" not in value):
            raise SettingsError(f"{name} must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return value.rstrip("/") if schemes == ("http", "https") else value

    def far_url(self, name: str, default: str | None = None) -> str:
        """A web address that is reached over https unless it is on this machine."""
        url = self.url(name, default)
        if url.startswith("http://") and urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingsError(f"{name} must begin with https:// unless it is on this machine")
        return url

    def any_of(self, *names: str) -> bool:
        """Whether any of these is set."""
        return any(self._environ.get(name, "").strip() for name in names)

    def group(self, *names: str, needed: bool = False) -> bool:
        """Whether these are set: all of them or none, and all when `needed`."""
        missing = [name for name in names if not self._environ.get(name, "").strip()]
        if missing and (needed or len(missing) < len(names)):
            raise SettingsError(f"{missing[0]} is not set, and {names[0]} and what belongs to it go together")
        return not missing

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise SettingsError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
        return int(value)

    def choice(self, name: str, options: type[_E], default: str) -> _E:
        """One of the options."""
        value = self.text(name, default).lower()
        if value not in {o.value for o in options}:
            raise SettingsError(f"{name} must be one of {', '.join(o.value for o in options)}, not {value!r}")
        return options(value)
