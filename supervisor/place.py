"""Where things are in a checkout."""

import os
from dataclasses import dataclass
from pathlib import Path

from supervisor.account import name_of
from supervisor.complaint import Complaint


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of the checkout at `root`. Everything that a run makes is under `var`."""

    root: Path

    @property
    def var(self) -> Path:
        """All that a run makes; removing it (with nothing running) is a new beginning."""
        return self.root / "var"

    @property
    def log(self) -> Path:
        """One log for each process."""
        return self.var / "log"

    @property
    def keys(self) -> Path:
        """Passwords and keys of this installation."""
        return self.var / "keys.json"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data."""
        return self.var / "postgres"

    @property
    def files(self) -> Path:
        """Filed documents, by hash."""
        return self.var / "files"

    @property
    def state(self) -> Path:
        """What a run leaves for the next one and for commands beside it."""
        return self.var / "run"

    @property
    def world(self) -> Path:
        """The demo people and cases."""
        return self.root / "demo" / "world.yaml"

    @property
    def sandbox(self) -> Path:
        """The sandbox's state."""
        return self.var / "sandbox"

    def make(self) -> None:
        """Make the folders; raise Complaint when they belong to somebody else."""
        for folder in (self.var, self.log, self.state, self.files, self.sandbox):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Complaint(f"{folder} can't be made: {error.strerror}.") from error
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise Complaint(
                    f"{folder} belongs to {name_of(folder.stat().st_uid)} and can't be written to. "
                    "Run this as that user, or work in a clone of your own."
                )
        self.state.chmod(0o700)
        self.files.chmod(0o700)
        self.sandbox.chmod(0o700)
