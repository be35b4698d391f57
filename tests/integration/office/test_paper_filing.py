"""A paper filing from the counter to its case number, through the pages that a registrar uses."""

import re
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from tests.builders.files import pdf
from tests.builders.filings import MadeFiling, pay_filing
from tests.builders.people import post
from tests.integration.office.conftest import Court
from tests.integration.office.test_counter import PAPER


def fill(client: FlaskClient, url: str, data: dict[str, Any], **options: Any) -> None:
    """Fill a page of the journey in, with the hidden fields it carries."""
    page = client.get(url)
    assert page.status_code == 200, url
    hidden = dict(re.findall(r'name="(base|item)" value="([^"]*)"', page.text))
    answer = post(client, url, {**hidden, **data}, **options)
    assert answer.status_code == 303, (url, re.findall(r"govuk-error-message.*", answer.text))


def enter(client: FlaskClient, draft: str) -> None:
    """Type in what the paper says, and scan it."""
    fill(
        client,
        f"{draft}/court",
        {
            "acting_as": "representative",
            "district": "nyarugenge",
            "value_known": "yes",
            "value": "500000",
            "land": "none",
        },
    )
    fill(client, f"{draft}/court/choose", {"court_code": "other", "other_court": "TGI-NYGE"})
    fill(client, f"{draft}/parties/add/claimant", {"kind": "person", "name": "Mukamana Alice", "phone": "0788000222"})
    fill(client, f"{draft}/parties/add/defendant", {"kind": "person", "name": "Habimana Eric"})
    fill(client, f"{draft}/issues/add", {"facts": "He took the cow.", "wanted": "That he gives it back."})
    fill(client, f"{draft}/relief", {"asked": "The cow.", "value_known": "yes", "value": "500000"})
    scan = {"kind": "evidence", "title": "The paper", "do": "add", "files": (BytesIO(pdf(3)), "scan.pdf")}
    fill(client, f"{draft}/documents", scan, content_type="multipart/form-data")
    fill(client, f"{draft}/documents", {"do": "done", "pleading": "answers"})
    fill(client, f"{draft}/fee", {})
    fill(client, f"{draft}/declaration", {"agreed": "yes", "declared_name": "Mukamana Alice"})


def test_a_paper_filing_keeps_its_stamp_all_the_way_to_its_case_number(court: Court) -> None:
    client = court.client
    draft = post(client, "/desk/counter", PAPER).location.removesuffix("/tasks")
    filing_id = court.filing(draft.split("/")[2]).id
    enter(client, draft)
    version = re.search(r'name="version" value="(\d+)"', client.get(f"{draft}/check").text)
    assert version
    assert post(client, f"{draft}/send", {"version": version[1]}).status_code == 303
    view = court.filing(filing_id)
    assert view.status is FilingStatus.AWAITING_PAYMENT
    assert view.received_at == view.paper_received_at
    assert client.get(f"/pay/{view.obligation_id}").status_code == 200
    made = MadeFiling(
        id=filing_id,
        number=view.number,
        court_code="TGI-NYGE",
        filer=court.registrar,
        registrar=None,
        obligation_id=None,
        case_id=None,
        case_number="",
        documents=(),
    )
    with court.house.database.transaction(SYSTEM) as session:
        pay_filing(session, made, at=court.house.clock.now())
    page = client.get(f"/desk/filings/{filing_id}").text
    assert "Paper filing" in page
    assert "Stamped on the paper" in page
    assert "Mugisha Jean" in page
    assert post(client, f"/desk/filings/{filing_id}/claim").status_code == 303
    done = post(client, f"/desk/filings/{filing_id}/accept").location
    assert "RC 00001/2026/TGI/NYGE" in client.get(done).text
