"""Case numbers on one hot court beside a bare sequence: 16 clients, 5 % of the transactions rolled back.

Both run the same transaction under pgbench; only where the number comes from differs. The product's own statement
issues ours, last in the transaction. Afterwards the numbers are looked through for gaps and duplicates.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from app.cases.service import _ISSUE as ISSUE
from app.core.actor import SYSTEM
from app.core.db import Database
from app.core.events import Subscriptions
from app.filing.status import FilingStatus
from benchmarks._ground import Ground, middle, open_ground, verdict
from tests.builders.files import pdf
from tests.builders.filings import make_filing

GOAL = 0.50
CLIENTS, SECONDS, ROUNDS, NUMBERS = 16, 6, 3, 100_000

# What accepting a filing writes, as `filing.review.accept` does, in the same order.
_ACCEPT = """
\\set dice random(1, 100)
begin;
select set_config('app.actor', '{registrar}', true);
select id from filing where id = '{filing}' for key share;
insert into court_case (id, court_code, case_type, filing_id, status, caption, received_at, registered_at)
values (gen_random_uuid(), 'TGI-NYGE', 'civil', gen_random_uuid(), 'registered', 'Uwase v. Demo Ltd', now(), now())
returning id \\gset c_
insert into party (id, case_id, court_code, position, side, role, kind, name, details)
select gen_random_uuid(), cast(:c_id as uuid), 'TGI-NYGE', n, 'claimant', 'plaintiff', 'person', 'Uwase Aline',
'{{"phone": "+250788000111", "address": "Kigali", "identity_kind": "none"}}' from generate_series(1, 2) n;
insert into docket_entry (id, case_id, court_code, position, filing_id, filing_type, side, received_at, docketed_at)
values (gen_random_uuid(), :c_id, 'TGI-NYGE', 1, gen_random_uuid(), 'civil_claim', 'claimant', now(), now())
returning id \\gset e_
insert into docket_document (entry_id, position, document_id, kind, title)
select cast(:e_id as uuid), n, '{document}', 'evidence', 'Loan paper' from generate_series(1, 2) n;
insert into case_access (id, case_id, court_code, person_id, capacity, side, basis, starts_at)
values (gen_random_uuid(), :c_id, 'TGI-NYGE', '{person}', 'party', 'claimant', 'filer', now());
insert into event (id, name, subject, court_code, at, actor, data)
values (gen_random_uuid(), 'CaseRegistered', :c_id, 'TGI-NYGE', now(), 'bench', '{{"court_code": "TGI-NYGE"}}');
insert into filing_decision (id, filing_id, court_code, decision, decided_by, at)
values (gen_random_uuid(), '{filing}', 'TGI-NYGE', 'accepted', '{registrar}', now());
with e as (insert into event (id, name, subject, court_code, at, actor, data)
values (gen_random_uuid(), 'FilingAccepted', '{filing}', 'TGI-NYGE', now(), 'bench', '{{"court_code": "TGI-NYGE"}}')
returning id, at)
insert into event_delivery (event_id, handler, next_at) select e.id, 'notify.filing', e.at from e;
"""
_END = """
\\if :dice <= 5
rollback;
\\else
commit;
\\endif
"""

_BARE = """
insert into case_number (case_id, code, court_code, year, sequence, printed)
select cast(:c_id as uuid), 'SEQ', 'TGI-NYGE', 2026, n.last,
concat('SEQ ', lpad(n.last::text, greatest(5, length(n.last::text)), '0'), '/2026/TGI/NYGE')
from (select nextval('bench_number') as last) n returning printed;
"""


def main() -> bool:
    """Measure; whether the goal is reached, with no gap and no duplicate."""
    with open_ground() as ground:
        body = _ACCEPT.format(**_prepare(ground))
        ours, theirs = body + _issue_for_pgbench() + _END, body + _BARE + _END
        pairs = [
            (
                ground.pgbench(ours, clients=CLIENTS, seconds=SECONDS),
                ground.pgbench(theirs, clients=CLIENTS, seconds=SECONDS),
            )
            for _ in range(ROUNDS)
        ]
        while _issued(ground) < NUMBERS:
            ground.pgbench(ours, clients=CLIENTS, seconds=SECONDS)
        given, broken = _look_through(ground)
    mine, bare = middle([a for a, _ in pairs]), middle([b for _, b in pairs])
    print(f"{mine:,.0f} numbers a second, sequence {bare:,.0f}; {given:,} given, {broken or 'no gap, no duplicate'}")
    return verdict("case_numbers", middle([a / b for a, b in pairs]), GOAL, broken=broken)


def _issue_for_pgbench() -> str:
    """The product's statement, its parameters filled in for one hot court."""
    values = {
        "case_id": "cast(:c_id as uuid)",
        "code": "'RC'",
        "court_code": "'TGI-NYGE'",
        "year": "2026",
        "digits": "5",
        "suffix": "'TGI/NYGE'",
    }
    return re.sub(r"(?<!:):([a-z_]+)", lambda found: values[found[1]], ISSUE.text) + ";\n"


def _prepare(ground: Ground) -> dict[str, object]:
    """The ids of what all the cases share; and the sequence."""
    with psycopg.connect(ground.owner, autocommit=True) as connection:
        connection.execute("create sequence bench_number")
    database = Database(ground.app, subscriptions=Subscriptions())
    with database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.UNDER_REVIEW, papers={"Loan paper": pdf()})
    database.dispose()
    assert made.registrar is not None
    return {
        "filing": made.id,
        "document": made.documents[0],
        "person": made.filer.id,
        "registrar": made.registrar.id,
    }


def _issued(ground: Ground) -> int:
    with psycopg.connect(ground.owner) as connection:
        row = connection.execute("select coalesce(max(last), 0) from case_counter").fetchone()
    assert row is not None
    return int(row[0])


def _look_through(ground: Ground) -> tuple[int, str]:
    """How many numbers were given, and what is wrong with them."""
    with psycopg.connect(ground.owner) as connection:
        row = connection.execute(
            "select count(*), count(distinct sequence), count(distinct printed), min(sequence), max(sequence) "
            "from case_number where code = 'RC'"
        ).fetchone()
    assert row is not None
    given, different, printed, first, last = row
    trouble = []
    if given != different or given != printed:
        trouble.append(f"{given - min(different, printed)} duplicates")
    if (first, last) != (1, given) or last != _issued(ground):
        trouble.append(f"gaps: {given} numbers from {first} to {last}")
    return int(given), ", ".join(trouble)


if __name__ == "__main__":
    sys.exit(not main())
