"""The Send command in process, 8 clients, beside pgbench writing the same rows with the same statements.

The statements of one real Send are recorded and given to pgbench with fresh ids, so both do the same work in
PostgreSQL; what is measured is what the portal's own code costs on top.
"""

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
from sqlalchemy import event

from app.core.actor import SYSTEM, person
from app.core.db import Database
from app.core.ids import PersonId
from app.documents.intake import Kept, Prepared
from app.filing.commands import SendFiling
from app.filing.ids import FilingId
from app.filing.sending import send_filing
from app.filing.status import FilingStatus
from app.wiring import subscriptions
from benchmarks._ground import Ground, middle, open_ground, verdict
from tests.builders.filings import SENT_AT, make_filing, rwanda
from tests.builders.people import make_person

GOAL = 0.20
PROCESSES, THREADS, EACH, ROUNDS, SECONDS = 2, 4, 100, 5, 5
COPIES = 20_000
_LEAD = Prepared(
    document=Kept(sha256="0" * 64, size=40_000, media_type="application/pdf", name="claim.pdf", pages=2), sources=()
)
_UUID = re.compile(r"'([0-9a-f]{32}|[0-9a-f-]{36})'(::uuid)?")
_UUIDS = re.compile(r"'\{((?:[0-9a-f-]{32,36},?)+)\}'(::uuid\[\])?")
# Filings for pgbench to send again and again, so that its clients do not wait for each other's locks.
_COPY = """
insert into filing (id, number, filing_type, court_code, filer_id, status, language, answers, created_at, updated_at)
select cast('00000000-0000-7000-8000-' || lpad(cast(n as text), 12, '0') as uuid), 'copy ' || n, filing_type,
court_code, filer_id, status, language, answers, created_at, updated_at
from filing, generate_series(1, %(copies)s) n where id = %(draft)s
"""


def main() -> bool:
    """Measure; whether the goal is reached."""
    with open_ground() as ground:
        script = _recorded(ground)
        ratios, ours, theirs = [], [], []
        for _ in range(ROUNDS):
            ours.append(_rate(ground))
            theirs.append(ground.pgbench(script, clients=PROCESSES * THREADS, seconds=SECONDS))
            ratios.append(ours[-1] / theirs[-1])
    print(f"{middle(ours):,.0f} Sends a second in process, pgbench {middle(theirs):,.0f}")
    return verdict("send", middle(ratios), GOAL)


def _database(ground: Ground, *, pool: int) -> Database:
    return Database(ground.app, subscriptions=subscriptions(), pool_size=pool)


def _drafts(ground: Ground, number: int) -> tuple[PersonId, list[UUID]]:
    database = _database(ground, pool=1)
    with database.transaction(SYSTEM) as session:
        filer = make_person(session)
        drafts: list[UUID] = [
            make_filing(session, status=FilingStatus.DRAFT, filer=filer, court_code="TGI-NYGE").id
            for _ in range(number)
        ]
    database.dispose()
    return filer.id, drafts


def _send(database: Database, person_id: PersonId, filing_id: UUID) -> None:
    actor = person(person_id)
    command = SendFiling(filing_id=FilingId(filing_id), version=1)
    with database.transaction(actor) as session:
        send_filing(session, actor, rwanda(), command, made=_LEAD, at=SENT_AT)


def _share(url: str, person_id: PersonId, filings: list[UUID]) -> None:
    """One process's part: four threads, each a client."""
    database = Database(url, subscriptions=subscriptions(), pool_size=THREADS)
    with ThreadPoolExecutor(THREADS) as clients:
        list(clients.map(lambda filing_id: _send(database, person_id, filing_id), filings))
    database.dispose()


def _rate(ground: Ground) -> float:
    """Sends a second with all clients at work, starting the processes left out."""
    filer, drafts = _drafts(ground, PROCESSES * (THREADS * EACH + THREADS))
    context = get_context("spawn")
    shares = [drafts[n::PROCESSES] for n in range(PROCESSES)]
    with context.Pool(PROCESSES) as pool:
        warm = [share[:THREADS] for share in shares]
        pool.starmap(_share, [(ground.app, filer, share) for share in warm], chunksize=1)
        began = time.perf_counter()
        pool.starmap(_share, [(ground.app, filer, share[THREADS:]) for share in shares], chunksize=1)
        took = time.perf_counter() - began
    return PROCESSES * THREADS * EACH / took


def _recorded(ground: Ground) -> str:
    """The statements of one real Send as a pgbench script, with ids that are new each time."""
    filer, (draft,) = _drafts(ground, 1)
    with psycopg.connect(ground.app) as connection:
        connection.execute(_COPY, {"draft": draft, "copies": COPIES})
    database = _database(ground, pool=1)
    seen: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        raw = connection.connection.driver_connection
        seen.append(psycopg.ClientCursor(raw).mogrify(statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    _send(database, filer, draft)
    database.dispose()
    with psycopg.connect(ground.app) as connection:
        known = {str(row[0]) for row in connection.execute("select id from person").fetchall()} | {str(draft)}
        found = connection.execute("select reference from obligation where subject = %s", (draft,)).fetchone()
    assert found
    return _script([s for s in seen if not s.startswith("NOTIFY")], known, str(draft), str(found[0]))


def _script(statements: list[str], known: set[str], draft: str, reference: str) -> str:
    """The statements with every id that Send made anew replaced by one that pgbench makes anew."""
    bill = next(i for i, statement in enumerate(statements) if "INSERT INTO obligation " in statement)
    names: dict[UUID, str] = {}

    def fresh(found: re.Match[str]) -> str:
        value = UUID(found[1])
        return found[0] if str(value) in known else _made(names.setdefault(value, f"u{len(names)}"))

    def fresh_array(found: re.Match[str]) -> str:
        return f"array[{', '.join(_UUID.sub(fresh, repr(item)) for item in found[1].split(','))}]"

    statements = [_UUIDS.sub(fresh_array, statement) for statement in statements]
    lines = [_UUID.sub(fresh, " ".join(statement.split("\n"))) for statement in statements]
    # One obligation a subject: each transaction is about another filing as far as the bill knows.
    lines[bill] = _UUID.sub(lambda m: _made("s") if UUID(m[1]) == UUID(draft) else m[0], lines[bill])
    lines[bill] = lines[bill].replace(f"'{reference}'", "right(cast(cast(:s as bigint) as text), 12)")
    lines = [_UUID.sub(lambda m: _made("f") if UUID(m[1]) == UUID(draft) else m[0], line) for line in lines]
    sets = "".join(f"\\set {name} random(100000000, 999999999999)\n" for name in ["s", *names.values()])
    return f"{sets}\\set f random(1, {COPIES})\nbegin;\n" + ";\n".join(lines) + ";\ncommit;\n"


def _made(name: str) -> str:
    return f"cast('00000000-0000-7000-8000-' || lpad(cast(cast(:{name} as bigint) as text), 12, '0') as uuid)"


if __name__ == "__main__":
    sys.exit(not main())
