"""What every benchmark stands on: a PostgreSQL of its own with the settings of a real one, and a verdict at the end."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.web.logs import set_up_logging
from supervisor.account import database_account
from supervisor.binaries import Binaries, binaries_for
from supervisor.keys import fresh_keys
from supervisor.postgres import APP, OWNER, Cluster
from tests.builders.postgres import ROOT, migrate

BENCH = ROOT / "var" / "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A running server with the portal's tables. `app` and `owner` are URLs for those roles."""

    app: str
    owner: str
    binaries: Binaries

    def pgbench(self, script: str, *, clients: int, seconds: int, as_owner: bool = False) -> float:
        """Run this pgbench script; transactions a second."""
        with tempfile.NamedTemporaryFile("w", suffix=".pgbench") as file:
            file.write(script)
            file.flush()
            command = [self.binaries.path("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2"]
            command += ["-T", str(seconds), "-f", file.name, self.owner if as_owner else self.app]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"pgbench failed: {done.stderr}")
        line = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
        return float(line.split()[2])


@contextmanager
def open_ground() -> Iterator[Ground]:
    """A fresh server that waits for the disk at every commit, as a real one must; removed afterwards."""
    BENCH.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ground-", dir=BENCH, ignore_cleanup_errors=True) as folder:
        account = database_account()
        binaries = binaries_for(account)
        data = Path(folder) / "postgres"
        log = Path(folder) / "postgres.log"
        cluster = Cluster(data, account=account, binaries=binaries, keys=fresh_keys(), log=log)
        cluster.make(lasting=False)
        server = cluster.start()
        try:
            cluster.wait_ready(server)
            cluster.prepare()
            app, owner = cluster.url(role=APP), cluster.url(role=OWNER)
            trouble = migrate(app, owner)
            if trouble:
                raise RuntimeError(trouble)
            yield Ground(app=app, owner=owner, binaries=binaries)
        finally:
            cluster.stop(server)


@contextmanager
def logging_to_nowhere() -> Iterator[None]:
    """Log as a real process does, with nobody to read it. Nothing can be printed meanwhile."""
    terminal = sys.stdout
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device, not a path of ours
        sys.stdout = nowhere
        try:
            set_up_logging("INFO")
            yield
        finally:
            sys.stdout = terminal


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def verdict(name: str, ratio: float, goal: float, *, at_most: bool = False, broken: str = "") -> bool:
    """Print a benchmark's last line; whether the goal is reached. `broken` says what was wrong with the results."""
    reached = not broken and (ratio <= goal if at_most else ratio >= goal)
    wanted = f"goal at {'most' if at_most else 'least'} {goal:.2f}"
    print(
        f"{name}: {ratio:.2f} ({wanted}) {'PASS' if reached else 'FAIL'}{f': {broken}' if broken else ''}", flush=True
    )
    return reached
