"""The portal's web application as `wsgi.py` makes it, on the city's clock."""

import os

from app import create_app, wiring
from app.config import load_settings
from app.web.logs import set_up_logging
from tests.builders.crash_clock import clock_of

settings = load_settings(os.environ)
set_up_logging(settings.log_level)
app = create_app(settings, house=wiring.build(settings, clock_of()))
