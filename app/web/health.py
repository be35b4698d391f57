"""Is the process up, can it do its work, and how is it doing."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.ticks import last_beat
from app.web.access import public
from app.web.transactions import database, now

bp = Blueprint("health", __name__)
WORKER_SILENCE = timedelta(seconds=60)
CLOCK_SKEW = timedelta(seconds=1)
_PROBE = text(
    "insert into heartbeat (process, at) values ('readyz', :at) on conflict (process) do update set at = excluded.at "
    "returning clock_timestamp()"
)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Whether work can be taken: each check by name, "ok" or what is wrong; 503 when any is wrong."""
    results = checks()
    ready = all(value == "ok" for value in results.values())
    return jsonify(results), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text; numbers only."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def checks() -> dict[str, str]:
    """Every check by name, with "ok" or what is wrong. Writes to the database, so no read-only session may be open."""
    results = _database_checks()
    for name, probe in current_app.extensions["probes"].items():
        results[name] = _tried(probe)
    return results


def _database_checks() -> dict[str, str]:
    results = {"database": "ok", "clock": "ok", "migrations": "ok", "worker": "ok"}
    at = now()
    try:
        with database().transaction(SYSTEM) as session:
            theirs: datetime = session.execute(_PROBE, {"at": at}).scalar_one()
            if abs(theirs - now()) > CLOCK_SKEW:
                results["clock"] = f"differs from the database's by {abs(theirs - now()).total_seconds():.1f} s"
            results["migrations"] = _migrations(session)
            beat = last_beat(session, "worker")
            if beat is None or at - beat > WORKER_SILENCE:
                results["worker"] = "not heard from"
    except Exception as error:
        results["database"] = f"no write possible: {type(error).__name__}"
    return results


def _migrations(session: Session) -> str:
    current = session.execute(text("select version_num from alembic_version")).scalar()
    return "ok" if current == current_app.extensions["migration_head"] else "not current"


def _tried(probe: Callable[[], None]) -> str:
    try:
        probe()
    except Exception as error:
        return type(error).__name__
    return "ok"


def migration_head(root: str) -> str | None:
    """The newest migration in the code."""
    config = Config()
    config.set_main_option("script_location", f"{root}/migrations")
    return ScriptDirectory.from_config(config).get_current_head()


Probes = Mapping[str, Callable[[], None]]
