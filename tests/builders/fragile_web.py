"""The portal as `wsgi.py` makes it, with one more page, which always breaks and tells secrets doing so."""

import os

from app import create_app
from app.config import load_settings
from app.web.access import public
from app.web.logs import set_up_logging
from tests.builders.fragile_secrets import SECRETS

settings = load_settings(os.environ)
set_up_logging(settings.log_level)
app = create_app(settings)


@app.route("/breaks", methods=["GET", "POST"])
@public
def breaks() -> str:
    """Never answers."""
    raise ValueError(f"cannot read {', '.join(SECRETS)}")
