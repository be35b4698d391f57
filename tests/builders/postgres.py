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

_HANG_UP = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid()"
)
# Triggers that keep history from being deleted are for the portal, not for the broom. Alembic's own row stays.
_EMPTY = """
set session_replication_role = replica;
do $$ declare one record; full_of boolean; begin
for one in select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version' loop
  execute format('select exists(select 1 from %s)', one.name) into full_of;
  if full_of then execute format('delete from %s', one.name); end if;
end loop;
for one in select oid::regclass::text as name from pg_class
    where relkind = 'S' and relnamespace = 'public'::regnamespace loop
  execute format('alter sequence %s restart', one.name);
end loop;
end $$;
"""
# What stands in a database when it is kept, to be put back as often as one likes. Sequences too.
_KEEP = """
create schema kept;
do $$ declare one record; full_of boolean; begin
for one in select oid::regclass::text as name, relname from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version' loop
  execute format('select exists(select 1 from %s)', one.name) into full_of;
  if full_of then execute format('create table kept.%I as table %s', one.relname, one.name); end if;
end loop; end $$;
create table kept."sequences of all" as
    select format('%I.%I', schemaname, sequencename) as name, last_value from pg_sequences where schemaname = 'public';
"""
_PUT_BACK = """
set session_replication_role = replica;
do $$ declare one record; begin
for one in select c.relname, string_agg(quote_ident(a.attname), ', ') as columns from pg_class c
    join pg_attribute a on a.attrelid = ('public.' || quote_ident(c.relname))::regclass
        and a.attnum > 0 and a.attgenerated = '' and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = 'kept'::regnamespace and c.relname <> 'sequences of all'
    group by c.relname loop
  execute format('insert into public.%1$I (%2$s) overriding system value select %2$s from kept.%1$I',
    one.relname, one.columns);
end loop;
for one in select * from kept."sequences of all" where last_value is not null loop
  perform setval(one.name, one.last_value);
end loop;
end $$;
"""
_SHAPE = """
select (select count(*) from pg_class where relnamespace = 'public'::regnamespace),
(select count(*) from pg_attribute join pg_class c on c.oid = attrelid where c.relnamespace = 'public'::regnamespace),
(select count(*) from pg_proc where pronamespace = 'public'::regnamespace), (select count(*) from pg_trigger),
(select md5(string_agg(relname || coalesce(relacl::text, ''), ',' order by relname)) from pg_class
    where relnamespace = 'public'::regnamespace)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """Where one database is found, by role."""

    app: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A running server and the migrated database in it that tests copy; plain strings, so it can go to other processes.

    `shape` tells whether a copy's tables are still those of the template. `trouble` is what the migrations complained
    about; then there is nothing to copy.
    """

    superuser: str
    app: str
    owner: str
    shape: str
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
        return self.urls(name)

    def urls(self, name: str) -> Urls:
        """Where the copy `name` is found."""
        return Urls(app=_renamed(self.app, name), owner=_renamed(self.owner, name))

    def drop(self, name: str) -> None:
        """Remove the copy `name`, also when somebody is still connected to it."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def emptied(self, name: str) -> bool:
        """Make the copy `name` as it was when new, which costs a fraction of a new one; whether that could be done.

        Only rows and sequences are put back. A copy whose tables themselves were changed, or that was closed to
        connections, is for `drop`.
        """
        try:
            with psycopg.connect(_renamed(self.superuser, name, "postgres"), autocommit=True) as connection:
                connection.execute(_HANG_UP)
                connection.execute(_EMPTY)
                return _shape(connection) == self.shape
        except psycopg.Error:
            return False

    def keep(self, name: str) -> None:
        """Remember what stands in the copy `name` now, for `put_back`."""
        with psycopg.connect(_renamed(self.superuser, name, "postgres"), autocommit=True) as connection:
            connection.execute(_KEEP)

    def put_back(self, name: str) -> bool:
        """Make the copy `name` as it was when it was kept; whether that could be done, as in `emptied`."""
        if not self.emptied(name):
            return False
        with psycopg.connect(_renamed(self.superuser, name, "postgres"), autocommit=True) as connection:
            connection.execute(_PUT_BACK)
        return True

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
        trouble = migrate(app, owner)
        # Asked once: while somebody is connected to the template it can't be copied.
        with psycopg.connect(cluster.url(role=SUPERUSER), autocommit=True) as connection:
            shape = _shape(connection)
        return Template(superuser=superuser, app=app, owner=owner, shape=shape, trouble=trouble)

    def stop(self) -> None:
        """Stop the server and remove its data; does nothing when it was never started."""
        if self._cluster and self._process:
            self._cluster.stop(self._process)
            self._cluster.forget()
        if self._folder:
            self._folder.cleanup()


def _shape(connection: "psycopg.Connection[Any]") -> str:
    return str(connection.execute(_SHAPE).fetchone())


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


def _renamed(url: str, name: str, known: str = DATABASE) -> str:
    return url.replace(f"/{known}?", f"/{name}?")
