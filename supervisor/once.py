"""What needs doing only once, and the note that it was done."""

import hashlib
import json
from pathlib import Path


class Done:
    """Notes about one database, so that the next start can leave out what is done; another database has none."""

    def __init__(self, path: Path, database: str) -> None:
        """`database` is the identity of the database that the notes are about."""
        self._path = path
        self._notes = _read(path)
        if self._notes.get("database") != database:
            self._notes = {"database": database}

    def forget(self) -> None:
        """Forget all: the database is a new, empty one."""
        self._notes = {"database": self._notes["database"]}

    def get(self, name: str) -> str | None:
        """What was noted under `name`."""
        return self._notes.get(name)

    def note(self, name: str, value: str) -> None:
        """Note it."""
        self._notes[name] = value
        staging = self._path.with_suffix(".new")
        staging.write_text(json.dumps(self._notes, indent=1), encoding="utf-8")
        staging.replace(self._path)


def fingerprint(*folders_or_files: Path) -> str:
    """A hash of these Python files' contents and names; it changes when any of them does."""
    digest = hashlib.sha256()
    for given in folders_or_files:
        for path in sorted(given.rglob("*.py")) if given.is_dir() else [given]:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        # Without notes everything is done again, which harms nothing.
        return {}
