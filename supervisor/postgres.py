"""A PostgreSQL of our own: made, started, stopped and mended here, and by nobody else.

The data folder is handed to PostgreSQL as /proc/self/cwd, that is "the folder you were started in". So it may lie
where PostgreSQL's account can't walk to (a clone under /root), as long as that account owns the folder itself.
"""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from supervisor.account import Account, name_of
from supervisor.binaries import Binaries
from supervisor.complaint import Complaint
from supervisor.keys import Keys
from supervisor.processes import spawn, standing_in, tell, wait_until_gone

HERE = "/proc/self/cwd"
SUPERUSER = "ikirego_postgres"
OWNER = "ikirego_owner"
APP = "ikirego_app"
DATABASE = "ikirego"


class Cluster:
    """One data folder with the server that works in it, reached through a socket that only its owner finds."""

    def __init__(
        self,
        data: Path,
        *,
        account: Account,
        binaries: Binaries,
        keys: Keys,
        log: Path,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`settings` are server parameters, such as {"fsync": "off"} for a database that is thrown away."""
        self.data = data
        self.log = log
        self._account = account
        self._binaries = binaries
        self._keys = keys
        self._settings = dict(settings or {})
        self.sockets = _socket_folder(data, account)

    @property
    def exists(self) -> bool:
        """Whether the data folder was made."""
        return self.data.exists()

    def make(self, *, lasting: bool = True) -> None:
        """Make the data folder. An interrupted making leaves nothing that looks finished."""
        staging = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        self._account.own(staging)
        password = self.sockets / "password"
        password.touch(mode=0o600)
        password.write_text(self._keys["postgres"] + "\n", encoding="ascii")
        self._account.own(password)
        try:
            command = [self._binaries.path("initdb"), "-D", HERE, "-U", SUPERUSER, f"--pwfile={password}"]
            command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--set=timezone=UTC"]
            done = subprocess.run(
                command + ([] if lasting else ["--no-sync"]),
                check=False,
                cwd=staging,
                capture_output=True,
                text=True,
                **self._account.identity(),
            )
        finally:
            password.unlink()
        if done.returncode:
            raise Complaint(f"PostgreSQL could not make its data folder {self.data}:\n{done.stderr.strip()}")
        staging.rename(self.data)

    def check_owner(self) -> None:
        """Raise Complaint when the data folder belongs to somebody else, who must not lose it to us."""
        owner = self.data.stat().st_uid
        if owner != self._account.uid:
            raise Complaint(
                f"{self.data} belongs to {name_of(owner)}, and PostgreSQL would run as {self._account.name} here. "
                "Run this as the user who made it (root, if it belongs to a system account), "
                "or work in a clone of your own."
            )

    def clear_the_way(self) -> None:
        """Stop a server that an earlier run left in the data folder, so that a new one can start."""
        server = self._stale_server()
        if server:
            tell(server, signal.SIGINT)
            wait_until_gone([server], seconds=30)
        # Backends whose server was killed end by themselves, unless they are busy; a new server waits for none.
        left = wait_until_gone(standing_in(self.data), seconds=5)
        for pid in left:
            tell(pid, signal.SIGKILL)
        if wait_until_gone(left, seconds=5):
            raise Complaint(f"Another PostgreSQL works in {self.data} and can't be stopped: process {left[0]}.")
        # Nobody works here now. Where nothing buries dead orphans (a container without an init), a new server would
        # take the killed one for alive.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server; it is told to stop, fast and clean, when this process dies."""
        command = [self._binaries.path("postgres"), "-D", HERE, "-k", str(self.sockets), "-c", "listen_addresses="]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        return spawn(
            command,
            cwd=self.data,
            log=self.log,
            environ={"PATH": os.defpath, "LANG": "C", "TZ": "UTC"},
            account=self._account,
            farewell=signal.SIGINT,
        )

    def wait_ready(self, server: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
        """Return once the server answers, after a crash that is once it has recovered; raise Complaint otherwise."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.url("postgres", SUPERUSER)).close()
                return
            except psycopg.OperationalError as error:
                if "authentication failed" in str(error):
                    raise Complaint(
                        f"The password of the database in {self.data} is not the one in var/keys.json. "
                        "Put that file back, or remove the data folder to begin anew."
                    ) from error
                if server.poll() is not None or time.monotonic() > deadline:
                    raise Complaint(f"PostgreSQL does not start; {self.log} says why.") from error
            time.sleep(0.02)

    def prepare(self) -> str:
        """Make sure of the two roles and the database; returns the identity of this data folder.

        The owner's role migrates; the app's role owns nothing and creates nothing.
        """
        with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True) as connection:
            for role, key in ((OWNER, "owner"), (APP, "app")):
                known = connection.execute("select from pg_roles where rolname = %s", (role,)).fetchone()
                verb = "CREATE" if known is None else "ALTER"
                statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
                connection.execute(statement.format(sql.SQL(verb), sql.Identifier(role), sql.Literal(self._keys[key])))
            if connection.execute("select from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
                self.create_database(connection, DATABASE, "template0")
            row = connection.execute("select system_identifier::text from pg_control_system()").fetchone()
            assert row is not None
            return str(row[0])

    def drop_database(self) -> None:
        """Remove the database with everything in it; `prepare` makes an empty one."""
        with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))

    def create_database(self, connection: psycopg.Connection, name: str, template: str) -> None:
        """Make the database `name` as a copy of `template`; `connection` is the superuser's, in autocommit."""
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(APP))
        )

    def url(self, database: str = DATABASE, role: str = APP) -> str:
        """Where `role` finds `database`, as libpq and SQLAlchemy both take it."""
        password = self._keys[{SUPERUSER: "postgres", OWNER: "owner", APP: "app"}[role]]
        return f"postgresql://{role}:{password}@/{database}?host={self.sockets}"

    def stop(self, server: subprocess.Popen[bytes]) -> None:
        """Stop the server: cleanly, or at once when that takes too long (it recovers at the next start)."""
        for sent, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            if server.poll() is None:
                tell(server.pid, sent)
                try:
                    server.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
        for pid in wait_until_gone(standing_in(self.data), seconds=5):
            tell(pid, signal.SIGKILL)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def forget(self) -> None:
        """Remove the data of a stopped, throw-away server."""
        shutil.rmtree(self.data, ignore_errors=True)

    def _stale_server(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        # The number may long since be another program's.
        return pid if pid in standing_in(self.data) else None


def _socket_folder(data: Path, account: Account) -> Path:
    """A folder with a short path (a socket's has 107 bytes at most), the same at every start, for `account` alone."""
    name = "ikirego-" + hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:12]
    folder = Path("/tmp") / name  # noqa: S108 - checked below: ours alone, or not used
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
            # Somebody else took the name.
            folder = Path(tempfile.mkdtemp(prefix="ikirego-", dir="/tmp"))
    account.own(folder)
    return folder
