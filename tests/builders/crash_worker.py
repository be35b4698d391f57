"""The portal's worker as `python -m app.worker` runs it, on the city's clock, until it is killed."""

import os
import threading

from app import wiring
from app.config import load_settings
from app.web.logs import set_up_logging
from app.worker import Worker
from tests.builders.crash_clock import clock_of

if __name__ == "__main__":
    settings = load_settings(os.environ)
    set_up_logging(settings.log_level)
    Worker(wiring.build(settings, clock_of())).start()
    threading.Event().wait()
