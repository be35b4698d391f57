"""The PostgreSQL of one test run: private, thrown away, with a database ready to be copied."""

import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from supervisor.account import database_account
from supervisor.binaries import binaries_for
from supervisor.keys import fresh_keys
from supervisor.postgres import APP, DATABASE, OWNER, SUPERUSER, Cluster

ROOT = Path(__file__).resolve().parents[2]
# Nothing here outlives the run, so nothing is worth waiting for the disk.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """Where one database is found, by role."""

    app: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A running server and the migrated database in it that tests copy; plain strings, so it can go to other processes.

    `trouble` is what the migrations complained about; then there is nothing to copy.
    """

    superuser: str
    app: str
    owner: str
    trouble: str = ""

    def copy(self, name: str) -> Urls:
        """A new database with all tables and no rows (but those that migrations write)."""
        if self.trouble:
            raise RuntimeError(f"the migrations do not run:\n{self.trouble}")
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(DATABASE)
                )
            )
        return Urls(app=_renamed(self.app, name), owner=_renamed(self.owner, name))

    def drop(self, name: str) -> None:
        """Remove the copy `name`, also when somebody is still connected to it."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for another process."""
        return asdict(self)


class ThrowAwayServer:
    """Starts with the first call of `start`; `stop` leaves nothing behind."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._cluster: Cluster | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Template:
        """Start the server, migrate the database to be copied."""
        self._folder = tempfile.TemporaryDirectory(prefix="ikirego-tests-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        account = database_account()
        self._cluster = cluster = Cluster(
            folder / "postgres",
            account=account,
            binaries=binaries_for(account),
            keys=fresh_keys(),
            log=folder / "postgres.log",
            settings=_CARELESS,
        )
        cluster.make(lasting=False)
        self._process = cluster.start()
        cluster.wait_ready(self._process)
        cluster.prepare()
        app, owner = cluster.url(role=APP), cluster.url(role=OWNER)
        superuser = cluster.url("postgres", SUPERUSER)
        return Template(superuser=superuser, app=app, owner=owner, trouble=migrate(app, owner))

    def stop(self) -> None:
        """Stop the server and remove its data; does nothing when it was never started."""
        if self._cluster and self._process:
            self._cluster.stop(self._process)
            self._cluster.forget()
        if self._folder:
            self._folder.cleanup()


def migrate(app: str, owner: str) -> str:
    """Bring the database up to date as the owner; returns what went wrong, or nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        check=False,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": app, "MIGRATIONS_DATABASE_URL": owner},
        capture_output=True,
        text=True,
    )
    return done.stderr[-3000:] if done.returncode else ""


def _renamed(url: str, name: str) -> str:
    return url.replace(f"/{DATABASE}?", f"/{name}?")
