"""The account that PostgreSQL runs under: the person's own, or one of its own when root starts us."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from supervisor.complaint import Complaint

OWN_ACCOUNT = "ikirego-db"


class Identity(TypedDict, total=False):
    """Keyword arguments of subprocess that make a child run as somebody else; empty when it runs as us."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of this machine. `foreign` tells that it isn't the one we run as."""

    name: str
    uid: int
    gid: int
    foreign: bool

    def identity(self) -> Identity:
        """What to give subprocess so that a child runs under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.foreign else {}

    def own(self, path: Path) -> None:
        """Make `path` belong to this account alone."""
        if self.foreign:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700 if path.is_dir() else 0o600)


def database_account() -> Account:
    """The account for PostgreSQL, which refuses to run as root. Makes the system account when root has none yet."""
    if os.geteuid() != 0:
        return Account(name=name_of(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), foreign=False)
    entry = _find() or _make()
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, foreign=True)


def name_of(uid: int) -> str:
    """The name of `uid`, or its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(OWN_ACCOUNT)
    except KeyError:
        return None


def _make() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise Complaint(
            f"PostgreSQL does not run as root, and this machine has no useradd to make the account {OWN_ACCOUNT}. "
            "Run this as an ordinary user."
        )
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(
        [*command, "--shell", "/usr/sbin/nologin", OWN_ACCOUNT], check=False, capture_output=True, text=True
    )
    # Another run may have made it in the same moment.
    entry = _find()
    if entry is None:
        raise Complaint(f"The account {OWN_ACCOUNT} could not be made: {made.stderr.strip()}")
    return entry
