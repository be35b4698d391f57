"""A storm over a city: somebody is killed again and again, the world outside misbehaves, and then all becomes quiet."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from tests.builders.crash_city import City

Fault = tuple[str, str, Mapping[str, int]]
"""Operator, kind, and its seconds or count."""

# Money that turns up late does so within half a minute, what was lost is asked about within a quarter of an hour.
AFTERMATH, STRIDE = 960.0, 60.0


@contextmanager
def told(city: City, seed: int) -> Iterator[None]:
    """When the test fails, say how to repeat it and what the processes said."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"SEED={seed}; killed: {', '.join(city.struck)}\n{city.log()}")
        raise


def until(city: City, happens: Callable[[], bool], what: str, patience: float) -> None:
    """Look after the city until it happens; fails when it doesn't within so many seconds."""
    deadline = time.monotonic() + patience
    while not happens():
        assert time.monotonic() < deadline, f"it never came that {what}"
        look_after(city, 0.1)


def look_after(city: City, seconds: float) -> None:
    """Start again who died, for so long."""
    end = time.monotonic() + seconds
    while True:
        city.look_after()
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(0.05, left))


def slow_down(city: City, seconds: Mapping[str, float]) -> None:
    """What these operators carry out at once is answered late: many are killed between an act and the news of it."""
    for operator, wait in seconds.items():
        fault = {"operator": operator, "kind": "slow", "seconds": wait}
        httpx.post(f"{city.sandbox_url}/faults", json=fault, trust_env=False, timeout=10).raise_for_status()


def misbehave(city: City, chance: random.Random, faults: Sequence[Fault]) -> None:
    """The next thing of a kind goes wrong outside, unless nobody is there to be told so."""
    operator, kind, more = chance.choice(faults)
    try:
        fault: dict[str, Any] = {"operator": operator, "kind": kind, "times": 1, **more}
        httpx.post(f"{city.sandbox_url}/faults", json=fault, trust_env=False, timeout=2).raise_for_status()
    except httpx.TransportError:
        return


def behave(city: City) -> None:
    """Nothing goes wrong outside from now on."""
    httpx.delete(f"{city.sandbox_url}/faults", trust_env=False, timeout=10).raise_for_status()


def pass_time_until_quiet(city: City, waiting: Callable[[], object], patience: float) -> None:
    """Let leases run out and late news come in; what is left to do is done by itself, until nothing is `waiting`."""
    passed = 0.0

    def quiet() -> bool:
        nonlocal passed
        pass_time(city, STRIDE)
        passed += STRIDE
        look_after(city, 0.5)
        return passed >= AFTERMATH and not waiting()

    until(city, quiet, "the queues were quiet", patience)


def pass_time(city: City, seconds: float) -> None:
    """Let time pass inside and outside alike."""
    answer = httpx.post(f"{city.sandbox_url}/clock", json={"seconds": seconds}, trust_env=False, timeout=10)
    answer.raise_for_status()
    city.clock.advance(seconds)
