"""Runs migrations as the owner's role; the app's own role owns nothing and is only granted what it needs."""

import importlib
import os
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine, make_url

import app
from app.core.db import Base, driver_url

# Every room's models and the core's tables, so that "migrations equal models" can be asked of all at once.
ROOT = Path(app.__file__).parent
for path in sorted([*ROOT.glob("**/models.py"), *ROOT.glob("core/*.py")]):
    importlib.import_module(".".join(("app", *path.relative_to(ROOT).with_suffix("").parts)))


def main() -> None:
    """Migrate MIGRATIONS_DATABASE_URL; grant to the user of DATABASE_URL."""
    owner_url = driver_url(os.environ["MIGRATIONS_DATABASE_URL"])
    app_role = make_url(driver_url(os.environ["DATABASE_URL"])).username
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True, app_role=app_role)
        with context.begin_transaction():
            # Two processes that start at once take turns.
            connection.exec_driver_sql("select pg_advisory_xact_lock(7305011)")
            context.run_migrations()
    engine.dispose()


main()
