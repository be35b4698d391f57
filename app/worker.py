"""The worker: the clock's ticks and the queues. Any number may run at once, each safe beside the others."""

import os
import signal
import threading
from datetime import timedelta

import psycopg
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from app import wiring
from app.config import load_settings
from app.core.clock import SystemClock
from app.core.db import WAKE_CHANNEL
from app.core.ticks import Job, beat, tick
from app.web.logs import set_up_logging
from app.wiring import Drain, House

POLL = timedelta(seconds=2)
PAUSE_AFTER_ERROR = timedelta(seconds=3)
BEAT = timedelta(seconds=10)
_log = structlog.get_logger()


class Worker:
    """Drains every queue in a thread of its own, woken by NOTIFY and by a poll every few seconds."""

    def __init__(self, house: House) -> None:
        """Make the worker of `house`; nothing runs yet."""
        self.house = house
        self.stopping = threading.Event()
        self._wakers: list[threading.Event] = []
        self._threads: list[threading.Thread] = []
        self._clock = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Start the clock and a thread for each queue."""
        for job in wiring.jobs(self.house):
            seconds = min(job.every.total_seconds(), 300)
            self._clock.add_job(self._tick, "interval", (job,), seconds=seconds, id=job.name, max_instances=1)
        self._clock.add_job(self._beat, "interval", seconds=BEAT.total_seconds(), id="heartbeat")
        self._clock.start()
        for name, drain in wiring.drains(self.house).items():
            waker = threading.Event()
            self._wakers.append(waker)
            self._spawn(f"drain-{name}", self._drain, drain, waker)
        self._spawn("listen", self._listen)
        self._beat()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self.stopping.set()
        for waker in self._wakers:
            waker.set()
        self._clock.shutdown(wait=True)
        for thread in self._threads:
            thread.join(timeout=20)
        self.house.database.dispose()

    def _spawn(self, name: str, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name=name, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _drain(self, drain: Drain, waker: threading.Event) -> None:
        while not self.stopping.is_set():
            waker.clear()
            try:
                done = drain()
            except Exception:
                _log.exception("drain_failed", queue=threading.current_thread().name)
                self.stopping.wait(PAUSE_AFTER_ERROR.total_seconds())
                continue
            if done:
                self._wake_all()
            else:
                waker.wait(POLL.total_seconds())

    def _wake_all(self) -> None:
        for waker in self._wakers:
            waker.set()

    def _listen(self) -> None:
        url = self.house.database.url.replace("+psycopg", "", 1)
        while not self.stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {WAKE_CHANNEL}")
                    self._hear(connection)
            except psycopg.Error:
                _log.warning("listening_interrupted")
                self.stopping.wait(PAUSE_AFTER_ERROR.total_seconds())

    def _hear(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self.stopping.is_set():
            for _ in connection.notifies(timeout=1, stop_after=1):
                self._wake_all()

    def _tick(self, job: Job) -> None:
        try:
            if tick(self.house.database, self.house.clock, job):
                self._wake_all()
        except Exception:
            _log.exception("tick_failed", job=job.name)

    def _beat(self) -> None:
        try:
            beat(self.house.database, "worker", self.house.clock.now())
        except Exception:
            _log.exception("heartbeat_failed")


def main() -> None:
    """Run until told to stop."""
    settings = load_settings(os.environ)
    set_up_logging(settings.log_level)
    worker = Worker(wiring.build(settings, SystemClock()))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    worker.start()
    _log.info("worker_started")
    ended.wait()
    worker.stop()


if __name__ == "__main__":
    main()
