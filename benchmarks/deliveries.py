"""Event deliveries, each marked done, beside Celery and Redis doing the same: two workers append a line for each job.

Celery acknowledges late, so that a killed worker's job runs again, as ours does. It and Redis are installed under
var/bench; Redis itself comes from Debian.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.clock import SystemClock
from app.core.db import Database
from app.core.events import Event, Recorded, Subscriptions, record
from app.core.ids import new_id
from app.core.outbox import drain
from benchmarks._ground import BENCH, Ground, middle, open_ground, verdict

GOAL = 3.0
WORKERS, JOBS, ROUNDS = 2, 4000, 3
_LINE = b"done\n"

_CELERY = """
from celery import Celery
app = Celery("bench", broker="redis://127.0.0.1:{port}/0")
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=50, task_ignore_result=True)
FILE = open({path!r}, "ab", buffering=0)
@app.task
def append():
    FILE.write(b"done\\n")
"""
_ENQUEUE = "import bench; [bench.append.delay() for _ in range({jobs})]"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWanted(Event):
    """What the benchmark's jobs are about."""

    subject_field: ClassVar[str] = "line_id"

    line_id: UUID


def main() -> bool:
    """Measure; whether the goal is reached."""
    redis = shutil.which("redis-server") or _installed_redis()
    if redis is None:
        print("deliveries: redis-server is missing; install Debian's package redis-server, then try again")
        return False
    celery = _celery()
    with open_ground() as ground:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_our_rate(ground))
            theirs.append(_celery_rate(redis, celery))
    print(f"{middle(ours):,.0f} deliveries a second, Celery with Redis {middle(theirs):,.0f}")
    return verdict("deliveries", middle([a / b for a, b in zip(ours, theirs, strict=True)]), GOAL)


def _our_rate(ground: Ground) -> float:
    with tempfile.NamedTemporaryFile(dir=BENCH) as file:
        _queue(ground, Path(file.name))
        with get_context("spawn").Pool(WORKERS) as pool:
            pool.map(abs, range(WORKERS))
            began = time.perf_counter()
            work = pool.starmap_async(_worker, [(ground.app, file.name)] * WORKERS, chunksize=1)
            took = _until_written(Path(file.name), began)
            work.get(timeout=60)
    return JOBS / took


def _queue(ground: Ground, path: Path) -> None:
    database = Database(ground.app, subscriptions=_subscriptions(path), pool_size=1)
    with database.transaction(SYSTEM) as session:
        for _ in range(JOBS):
            record(session, LineWanted(line_id=new_id()), actor=SYSTEM, at=datetime.now(UTC))
    database.dispose()


def _subscriptions(path: Path) -> Subscriptions:
    file = path.open("ab", buffering=0)

    def append(_session: Session, _recorded: Recorded, _at: datetime) -> None:
        file.write(_LINE)

    return Subscriptions({LineWanted: [("bench.append", append)]})


def _worker(url: str, path: str) -> None:
    """What a worker's thread does: drain until nothing is left."""
    database = Database(url, subscriptions=_subscriptions(Path(path)), pool_size=2)
    while drain(database, SystemClock()):
        pass
    database.dispose()


def _until_written(path: Path, began: float) -> float:
    while path.stat().st_size < JOBS * len(_LINE):
        if time.perf_counter() - began > 120:
            raise RuntimeError("the jobs were not done in two minutes")
        time.sleep(0.005)
    return time.perf_counter() - began


def _celery_rate(redis: str, celery: Path) -> float:
    with tempfile.TemporaryDirectory(dir=BENCH) as folder:
        lines, port = Path(folder) / "lines", _free_port()
        lines.touch()
        (Path(folder) / "bench.py").write_text(_CELERY.format(port=port, path=str(lines)))
        server = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]
        worker = [str(celery / "celery"), "-A", "bench", "worker", "-c", str(WORKERS), "-l", "ERROR"]
        with _running([*server, "--dir", folder], folder):
            _until_open(port)
            subprocess.run([celery / "python", "-c", _ENQUEUE.format(jobs=JOBS)], cwd=folder, check=True)
            with _running(worker, folder):
                # The start of the workers is not counted: the clock begins with the first line written.
                patience = time.perf_counter() + 60
                while not lines.stat().st_size:
                    if time.perf_counter() > patience:
                        raise RuntimeError("Celery did not begin within a minute")
                    time.sleep(0.002)
                return JOBS / _until_written(lines, time.perf_counter())


@contextmanager
def _running(command: list[str], folder: str) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_open(port: int) -> None:
    patience = time.perf_counter() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.perf_counter() > patience:
                raise
            time.sleep(0.02)
        else:
            return


def _celery() -> Path:
    place = BENCH / "venv"
    if not (place / "bin" / "pip").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
    # packaging: kombu's Redis transport imports it without asking for it.
    wanted = ["celery==5.7.0", "redis==8.1.0", "packaging==26.3"]
    subprocess.run([place / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True)
    return place / "bin"


def _installed_redis() -> str | None:
    apt = shutil.which("apt-get")
    if apt is None:
        return None
    done = subprocess.run([apt, "install", "-y", "-qq", "redis-server"], check=False, capture_output=True)
    return shutil.which("redis-server") if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(not main())
