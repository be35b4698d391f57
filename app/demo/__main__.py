"""`python -m app.demo load FILE` and `python -m app.demo signins [FILE]`. Refuses to work in production."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from app.config import Environment, Settings, SettingsError, load_settings
from app.core.clock import ManualClock, SystemClock
from app.courts import load_pack
from app.demo.loader import load_world
from app.demo.plans import WorldError
from app.demo.reading import read_world
from app.demo.sandbox import Sandbox
from app.demo.signins import table
from app.demo.tools import tools_from

_LOOKS, _LOOK_AGAIN_SECONDS = 40, 0.25
WORLD = Path(__file__).resolve().parents[2] / "demo" / "world.yaml"


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; the exit status: 0, or 2 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m app.demo", description="Demo people and filings from a file.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("load", help="make everything in the file, once").add_argument("file", type=Path)
    signins = commands.add_parser("signins", help="show who can sign in")
    signins.add_argument("file", type=Path, nargs="?", default=WORLD)
    asked = parser.parse_args(arguments)
    try:
        settings = load_settings(os.environ)
        if settings.environment is Environment.PRODUCTION:
            raise WorldError("IKIREGO_ENV is production: a world is for demonstrations, tests and training only")
        _load(settings, asked.file) if asked.command == "load" else _show(settings, asked.file)
    except (WorldError, SettingsError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _load(settings: Settings, file: Path) -> None:
    clock = ManualClock(SystemClock().now())
    # The composition root stands above this room, so it is found by name, as a server finds its application.
    house: Any = import_module("app.wiring").build(settings, clock)
    world = read_world(file, house.extensions["pack"])
    tools = tools_from(settings, house.database, clock, house.extensions, _sandbox(settings))
    if tools.phones is None:
        print("Payments are written down as the file says; no operator knows of them (docs/world.md says when).")
    fresh = load_world(tools, world, now=SystemClock().now(), say=print)
    print(f"{world.name} is loaded." if fresh else f"{world.name} was loaded before; nothing was changed.")


def _sandbox(settings: Settings) -> Sandbox | None:
    """The sandbox, given a moment to start beside us; None when the settings name none or it stays away."""
    if settings.sandbox_url is None:
        return None
    sandbox = Sandbox(settings.sandbox_url)
    for _ in range(_LOOKS):
        if sandbox.answers():
            return sandbox
        time.sleep(_LOOK_AGAIN_SECONDS)
    return None


def _show(settings: Settings, file: Path) -> None:
    print(table(read_world(file, load_pack(settings.pack)), settings.sandbox_url))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
