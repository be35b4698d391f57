"""Callbacks taken in a second and attempts resolved a second, beside bare inserts into the same PostgreSQL.

A callback is taken in when its row is committed; an attempt is resolved when the operator's answer is written, its
success is in the books and the news of it is recorded. The operator is a stand-in that answers at once, so what is
measured is the portal's own work. Two processes with four threads each; pgbench inserts one row a transaction.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.payments import answers, attempts, callbacks, inquiry
from app.payments.ids import AttemptId
from app.payments.provider import RawCallback, ReportState
from app.payments.till import Till
from app.wiring import subscriptions
from benchmarks._ground import Ground, middle, open_ground
from tests.builders.payments import MAY, PAYER, ScriptedProvider, make_command, make_obligation, make_test_till

PROCESSES, THREADS, EACH, ROUNDS, SECONDS = 2, 4, 50, 3, 5
_BARE = """\\set n random(1, 1000000000)
insert into bare (id, word) values (gen_random_uuid(), 'x' || :n);
"""
Share = list[tuple[AttemptId, str]]


def main() -> bool:
    """Measure and print; there is no goal, so it always passes."""
    with open_ground() as ground:
        with psycopg.connect(ground.owner) as connection:
            connection.execute("create table bare (id uuid primary key, word text)")
        taken, resolved, bare = [], [], []
        for _ in range(ROUNDS):
            shares = _asked(ground)
            taken.append(_rate(ground, shares, _take_in))
            resolved.append(_rate(ground, shares, _resolve))
            bare.append(ground.pgbench(_BARE, clients=PROCESSES * THREADS, seconds=SECONDS, as_owner=True))
    rows = middle(bare)
    print(f"{rows:,.0f} bare inserts a second")
    print(f"payments: {middle(taken):,.0f} callbacks a second, {middle(taken) / rows:.2f} of the bare inserts")
    print(f"payments: {middle(resolved):,.0f} attempts resolved a second, {middle(resolved) / rows:.2f} of them")
    return True


def _till(url: str) -> Till:
    provider = ScriptedProvider()
    provider.says(ReportState.SUCCEEDED)
    database = Database(url, subscriptions=subscriptions(), pool_size=THREADS)
    return make_test_till(database, ManualClock(MAY + timedelta(seconds=5)), provider)


def _asked(ground: Ground) -> list[Share]:
    """Attempts that wait for their payers, each with the secret of its callback address, a share for each process."""
    till = _till(ground.app)
    found: Share = []
    with till.database.transaction(SYSTEM) as session:
        for _ in range(PROCESSES * THREADS * EACH):
            owed = make_obligation(session)
            begun = attempts.begin(session, PAYER, make_command(owed), till=till, at=MAY)
            known = answers.load(session, begun.attempt_id)
            found.append((begun.attempt_id, till.vault.callback_secret(known.reference_id)))
    till.database.dispose()
    return [found[n::PROCESSES] for n in range(PROCESSES)]


def _take_in(till: Till, attempt: tuple[AttemptId, str]) -> None:
    callback = RawCallback(headers={}, body=b"succeeded")
    with till.database.transaction(SYSTEM) as session:
        callbacks.receive(session, till, "mtn", attempt[1], callback, at=till.clock.now())


def _resolve(till: Till, attempt: tuple[AttemptId, str]) -> None:
    inquiry.ask(till, attempt[0])


def _work(url: str, share: Share, do: Callable[[Till, tuple[AttemptId, str]], None]) -> None:
    till = _till(url)
    with ThreadPoolExecutor(THREADS) as clients:
        list(clients.map(lambda attempt: do(till, attempt), share))
    till.database.dispose()


def _rate(ground: Ground, shares: list[Share], do: Callable[[Till, tuple[AttemptId, str]], None]) -> float:
    with get_context("spawn").Pool(PROCESSES) as pool:
        # Starting the processes and their connections is not what is measured.
        pool.starmap(_work, [(ground.app, [], do)] * PROCESSES, chunksize=1)
        began = time.perf_counter()
        pool.starmap(_work, [(ground.app, share, do) for share in shares], chunksize=1)
        return sum(map(len, shares)) / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(not main())
