"""The case page (10 parties, 30 filings) beside an empty route of the same app: CPU of one request in the process.

Both load session and person, so the ratio says what the page itself costs: permissions, queries, words, HTML, brotli.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Blueprint, Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session
from werkzeug.test import create_environ

from app import create_app
from app.accounts.models import PersonRow
from app.accounts.sessions import open_session
from app.cases.models import DocketDocumentRow, DocketEntryRow, PartyRow
from app.core.actor import SYSTEM
from app.core.events import record
from app.core.ids import new_id
from app.documents.delivery import intake
from app.filing.events import FilingSent, FilingSubmitted
from app.filing.ids import FilingId
from app.filing.loading import AboutFiling
from app.filing.status import FilingStatus
from app.web.access import requires, signed_in
from benchmarks._ground import logging_to_nowhere, middle, open_ground, verdict
from tests.builders.files import pdf
from tests.builders.filings import SENT_AT, MadeFiling, make_filing
from tests.builders.people import make_person
from tests.builders.settings import make_settings

GOAL = 6.0
PARTIES, FILINGS = 10, 30
BLOCKS, REQUESTS = 15, 40

bp = Blueprint("bench", __name__)


@bp.get("/bench/empty")
@requires(signed_in)
def empty() -> str:
    """Nothing but what every request of a signed-in person costs."""
    return ""


def main() -> bool:
    """Measure; whether the goal is reached."""
    with open_ground() as ground, logging_to_nowhere():
        app = create_app(make_settings({"DATABASE_URL": ground.app}))
        app.register_blueprint(bp)
        made = _make_case(app)
        token = _session(app, made)
        page, bare = _asker(app, f"/cases/{made.case_id}", token), _asker(app, "/bench/empty", token)
        words = _asker(app, f"/cases/{made.case_id}", token, encoding="identity")().decode()
        assert words.count("Party number") == PARTIES - 2, words
        assert words.count("Paper of filing") == FILINGS - 1, words
        for ask in (page, bare):
            _block(ask)
        blocks = [(_block(page), _block(bare)) for _ in range(BLOCKS)]
        app.extensions["database"].dispose()
    costly, cheap = middle([a for a, _ in blocks]), middle([b for _, b in blocks])
    print(f"CPU of one request: case page {costly * 1e6:,.0f} us ({len(words):,} bytes), empty {cheap * 1e6:,.0f} us")
    return verdict("case_page", costly / cheap, GOAL, at_most=True)


def _block(ask: Callable[[], bytes]) -> float:
    """CPU seconds of one request, over a block of them."""
    before = time.process_time()
    for _ in range(REQUESTS):
        ask()
    return (time.process_time() - before) / REQUESTS


def _asker(app: Flask, path: str, token: str, *, encoding: str = "br") -> Callable[[], bytes]:
    """Asks the application itself for a page, as a server does."""
    cookie = f"sid={token}"
    environ = create_environ(path, headers={"Cookie": cookie, "Accept-Encoding": encoding})

    def answer(status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
        assert status.startswith("200"), status
        return lambda _piece: None

    def ask() -> bytes:
        pieces = app.wsgi_app({**environ, "wsgi.input": BytesIO()}, answer)
        body = b"".join(pieces)
        close = getattr(pieces, "close", None)
        if close:
            close()
        return body

    return ask


def _session(app: Flask, made: MadeFiling) -> str:
    with app.extensions["database"].transaction(SYSTEM) as session:
        row = session.get_one(PersonRow, made.filer.id)
        return open_session(session, row, browser="Bench", second_factor=False, at=app.extensions["clock"].now()).token


def _make_case(app: Flask) -> MadeFiling:
    with app.app_context():
        kept = intake()
    with app.extensions["database"].transaction(SYSTEM) as session:
        filer = make_person(session, name="Uwase Aline", locale="rw")
        papers = {"Loan paper": pdf()}
        made = make_filing(session, status=FilingStatus.ACCEPTED, filer=filer, papers=papers, intake=kept)
        for number in range(PARTIES - 2):
            _add_party(session, made, number)
        for number in range(FILINGS - 1):
            _add_filing(session, made, number)
    return made


def _add_party(session: Session, made: MadeFiling, number: int) -> None:
    session.execute(
        insert(PartyRow).values(
            id=new_id(),
            case_id=made.case_id,
            court_code=made.court_code,
            position=number + 3,
            side="claimant" if number % 2 else "defendant",
            role="plaintiff" if number % 2 else "defendant",
            kind="person",
            name=f"Party number {number}",
            details={"phone": f"+2507880001{number:02d}", "district": "gasabo", "address": "KG 7 Ave"},
        )
    )


def _add_filing(session: Session, made: MadeFiling, number: int) -> None:
    """A later filing in the register, with its document and with what happened to it."""
    filing_id, entry_id, at = FilingId(new_id()), new_id(), SENT_AT + timedelta(days=number + 1)
    session.execute(
        insert(DocketEntryRow).values(
            id=entry_id,
            case_id=made.case_id,
            court_code=made.court_code,
            position=number + 2,
            filing_id=filing_id,
            filing_type="civil_claim",
            side="claimant",
            received_at=at,
            docketed_at=at,
        )
    )
    paper = {"document_id": made.documents[0], "kind": "evidence", "title": f"Paper of filing {number}"}
    session.execute(insert(DocketDocumentRow).values(entry_id=entry_id, position=1, **paper))
    facts = AboutFiling(filing_id=filing_id, filer_id=made.filer.id, court_code=made.court_code)
    sent = FilingSent(**facts, received_at=at, obligation_id=None, pay_until=None, again=False)
    record(session, sent, actor=SYSTEM, at=at)
    record(session, FilingSubmitted(**facts, received_at=at, paid=True, revived=False), actor=SYSTEM, at=at)


if __name__ == "__main__":
    sys.exit(not main())
