"""A small portal with nothing but uploads, and a form that takes them, behind the real guards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, person
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.ids import PersonId, new_id
from app.documents import views
from app.documents.delivery import send_document, send_picture
from app.documents.folder import FolderStorage
from app.documents.ids import DocumentId
from app.documents.intake import Intake
from app.documents.limits import Limits
from app.documents.queries import document
from app.documents.reception import arrived
from app.documents.renditions import MEDIA_TYPE, page_image
from app.documents.service import RecordDocument, record_document
from app.documents.uploads import use
from app.web import access, errors, security, transactions
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, writing
from tests.builders.settings import make_settings

PEOPLE = {name: person(PersonId(new_id())) for name in ("aline", "bosco")}


@dataclass(frozen=True, slots=True)
class Guest:
    """A signed-in person, as the guards need them."""

    actor: Actor
    locale: str = "en"
    name: str = "Aline"
    is_authenticated: bool = field(default=True)


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    """A folder for everything; 100 kB a file, 3 files, 20 pages."""
    limits = Limits(max_bytes=100_000, max_files=3, max_pages=20)
    return Intake(storage=FolderStorage(tmp_path / "kept"), spool=tmp_path / "spool", limits=limits)


def _load(session: Session, token: str) -> Guest | None:
    session.execute(text("select set_config('app.actor', :a, true)"), {"a": token})
    return Guest(PEOPLE[token]) if token in PEOPLE else None


@pytest.fixture
def portal(fresh_database: Database, clock: ManualClock, intake: Intake) -> Flask:
    """Uploads at /uploads; a form at /papers, a document at /papers/<id>, its pages below."""
    app = Flask(__name__, static_folder=None)
    transactions.set_up_transactions(app, fresh_database, clock)
    access.set_up_access(app, _load)
    security.set_up_security(app, make_settings())
    errors.set_up_errors(app)
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["documents"] = intake
    app.register_blueprint(views.bp)

    @app.post("/papers")
    @requires(signed_in)
    def papers() -> ResponseReturnValue:
        with arrived("papers") as got, writing() as session:
            use(session, actor(), got.upload_ids, at=now())
            paper = record_document(session, actor(), RecordDocument(prepared=got.prepared), at=now())
        return jsonify(id=str(paper), sha256=got.prepared.document.sha256, pages=got.prepared.document.pages)

    @app.get("/papers/<uuid:paper>")
    @requires(signed_in)
    def paper(paper: DocumentId) -> ResponseReturnValue:
        found = document(reading(), paper)
        assert found is not None
        return send_document(found)

    @app.get("/papers/<sha256>/<int:page>")
    @requires(signed_in)
    def page(sha256: str, page: int) -> ResponseReturnValue:
        return send_picture(page_image(intake, sha256, page, 300), MEDIA_TYPE)

    access.check_routes(app)
    return app


Browser = Callable[[str | None], FlaskClient]


@pytest.fixture
def browser(portal: Flask) -> Browser:
    """A browser in which this person ("aline", "bosco", None) is signed in."""

    def opened(name: str | None) -> FlaskClient:
        client = portal.test_client()
        if name:
            client.set_cookie("sid", name)
        return client

    return opened
