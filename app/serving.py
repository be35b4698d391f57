"""The web server: `python -m app.serving --interface wsgi ... wsgi:app`, with what `python -m granian` takes.

The house is imported here once. Granian's processes are forked from this one, so that each of them, also the one after
one that died, is there in half a second instead of three.
"""

import gc
from importlib import import_module

from granian.cli import entrypoint


def main() -> None:
    """Serve until told to stop."""
    # What is imported is no garbage: not looked at meanwhile, and kept out of every later search, which would copy it.
    gc.disable()
    for name in ("app.wiring", "psycopg"):
        import_module(name)
    gc.freeze()
    gc.enable()
    entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
