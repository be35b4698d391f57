"""The WSGI entry point: `python -m app.serving --interface wsgi wsgi:app`."""

import os
import sys

from app import create_app
from app.config import SettingsError, load_settings
from app.core.errors import Unavailable
from app.web.logs import set_up_logging

try:
    settings = load_settings(os.environ)
except SettingsError as error:
    sys.exit(f"Ikirego can't start: {error}")
set_up_logging(settings.log_level)
app = create_app(settings)
try:
    if app.extensions["database"].owns_tables():
        sys.exit(
            "Ikirego can't start: the role of DATABASE_URL owns tables. Use a role without ownership there, "
            "and the owner's in MIGRATIONS_DATABASE_URL."
        )
except Unavailable:
    # It may come up later; /readyz tells.
    pass
