"""The tables are those of the models, the migrations are one line, and the app's role owns nothing."""

import importlib
import pkgutil

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import app as portal
from app.core.db import Base, driver_url
from tests.architecture.source import ROOT


def test_migrations_make_exactly_the_tables_of_the_models(owner_url: str) -> None:
    for module in pkgutil.walk_packages(portal.__path__, "app."):
        if module.name.endswith(".models") or module.name.startswith("app.core."):
            importlib.import_module(module.name)
    engine = create_engine(driver_url(owner_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_migrations_have_one_head() -> None:
    scripts = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    assert len(scripts.get_heads()) == 1


def test_the_apps_role_owns_nothing_and_creates_nothing(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        owned = connection.execute("select count(*) from pg_class where relowner = current_user::regrole").fetchone()
        power = connection.execute(
            "select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone()
        assert (owned, power) == ((0,), (False,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (id int)")


def test_events_can_be_neither_changed_nor_removed_by_the_app(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for statement in ("update event set name = 'x'", "delete from event", "truncate event"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
