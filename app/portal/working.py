"""Is everything working: the checks of /readyz in words for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.language import T, Text

# Which checks stand behind each thing that people do.
_THINGS: tuple[tuple[Text, frozenset[str]], ...] = (
    (T("Filing a case and saving your answers"), frozenset({"database", "migrations", "clock"})),
    (T("Adding and opening documents"), frozenset({"database", "storage"})),
    (T("Taking payments and sending you messages"), frozenset({"database", "worker"})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that people do here, and whether it works now."""

    name: Text
    works: bool


def things(checks: Mapping[str, str]) -> tuple[Thing, ...]:
    """What works, from each check's name and its result ("ok" or what is wrong)."""
    broken = {name for name, result in checks.items() if result != "ok"}
    return tuple(Thing(name=name, works=not behind & broken) for name, behind in _THINGS)
