"""The WSGI entry point: `granian --interface wsgi wsgi:app`."""

import os
import sys

from app import create_app
from app.config import SettingsError, load_settings
from app.web.logs import set_up_logging

try:
    settings = load_settings(os.environ)
except SettingsError as error:
    sys.exit(f"Ikirego can't start: {error}")
set_up_logging(settings.log_level)
app = create_app(settings)
