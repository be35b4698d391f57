"""`python -m sandbox`: run the sandbox in the foreground until it is told to stop."""

import logging
import os
import signal
import sys
import threading

from sandbox.config import BadSettings, from_environment
from sandbox.server import Sandbox


def main() -> int:
    """Run; the answer is the exit status: 0 after a stop, 2 when the settings don't allow a start."""
    logging.basicConfig(level=logging.WARNING, format="sandbox: %(levelname)s %(name)s: %(message)s")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        settings = from_environment(os.environ)
        with Sandbox(settings) as sandbox:
            print(f"sandbox: {sandbox.url} (mail on port {sandbox.smtp_port}). SIMULATED: no money moves.", flush=True)
            stopped.wait()
    except BadSettings as problem:
        print(f"sandbox: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
