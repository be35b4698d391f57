"""Ikirego: file a case, pay the fee, follow it, be told."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from app.config import Settings
from app.core.clock import SystemClock

if TYPE_CHECKING:  # the package's name is imported by everyone, its rooms only when an application is made
    from app.wiring import House

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings, *, house: "House | None" = None) -> Flask:
    """The web application over `house`, or over a new one with the machine's own clock and the database of `settings`.

    Raises RouteWithoutPolicy when a route doesn't say who may call it, and refuses an app role that owns tables.
    """
    from app import wiring
    from app.web import access, assets, compression, errors, health, i18n, last_resort, logs, security, transactions

    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    house = house or wiring.build(settings, SystemClock())
    transactions.set_up_transactions(app, house.database, house.clock)
    logs.set_up_request_log(app)
    access.set_up_access(app, wiring.load_person)
    i18n.set_up_languages(app, settings.zone)
    security.set_up_security(app, settings)
    errors.set_up_errors(app)
    assets.set_up_assets(app, settings)
    last_resort.set_up_last_resort(app, settings)
    compression.set_up_compression(app)
    app.extensions.update(house.extensions, migration_head=health.migration_head(str(ROOT)))
    app.register_blueprint(health.bp)
    for blueprint in wiring.blueprints():
        app.register_blueprint(blueprint)
    access.check_routes(app)
    return app
