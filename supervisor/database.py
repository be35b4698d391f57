"""The run's database: our own server in var/postgres, or the one that DATABASE_URL names."""

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from supervisor.account import database_account
from supervisor.binaries import binaries_for
from supervisor.children import Child
from supervisor.complaint import Complaint
from supervisor.keys import Keys
from supervisor.place import Place
from supervisor.postgres import OWNER, Cluster
from supervisor.progress import step


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A database that answers. `environ` tells the children where; `identity` changes when it is another one."""

    environ: Mapping[str, str]
    identity: str
    own: "OwnServer | None"


class OwnServer:
    """Our own PostgreSQL, as a child that is started again when it dies."""

    def __init__(self, place: Place, keys: Keys) -> None:
        """Finds the account and the programs; starts nothing."""
        account = database_account()
        log = place.log / "postgres.log"
        self.cluster = Cluster(place.postgres, account=account, binaries=binaries_for(account), keys=keys, log=log)
        self.child = Child(name="PostgreSQL", log=log, start=self._start)

    def open(self) -> Opened:
        """Make the data folder when there is none, start the server, and make sure of the roles and the database."""
        if not self.cluster.exists:
            with step("Making the database"):
                self.cluster.make()
        self.cluster.check_owner()
        self.child.run()
        assert self.child.process is not None
        self.cluster.wait_ready(self.child.process)
        identity = self.cluster.prepare()
        environ = {"DATABASE_URL": self.cluster.url(), "MIGRATIONS_DATABASE_URL": self.cluster.url(role=OWNER)}
        return Opened(environ=environ, identity=identity, own=self)

    def empty(self) -> None:
        """Begin again with an empty database."""
        self.cluster.drop_database()
        self.cluster.prepare()

    def stop(self) -> None:
        """Stop it cleanly."""
        if self.child.process is not None:
            self.cluster.stop(self.child.process)

    def _start(self) -> subprocess.Popen[bytes]:
        self.cluster.clear_the_way()
        return self.cluster.start()


def given(environ: Mapping[str, str]) -> Opened | None:
    """The database that the person named, or None when they named none."""
    url = environ.get("DATABASE_URL", "").strip()
    if not url:
        return None
    owner = environ.get("MIGRATIONS_DATABASE_URL", "").strip()
    if not owner:
        raise Complaint(
            "DATABASE_URL is set, so MIGRATIONS_DATABASE_URL must be too: the same database as the role that owns "
            "its tables. The role of DATABASE_URL must own none."
        )
    return Opened(
        environ={"DATABASE_URL": url, "MIGRATIONS_DATABASE_URL": owner},
        identity=hashlib.sha256(url.encode()).hexdigest(),
        own=None,
    )
