"""Resumable uploads, from the announcement to the form that uses them."""

import base64
import errno
import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.documents import uploads
from app.documents.intake import Intake
from app.documents.jobs import sweeping
from app.documents.upload_file import locked
from tests.builders import files
from tests.integration.documents.conftest import PEOPLE, Browser

TUS = {"Tus-Resumable": "1.0.0"}
CONTENT = files.pdf(3)


def announce(client: FlaskClient, length: int | str, name: str = "urupapuro.pdf", **headers: str) -> TestResponse:
    encoded = base64.b64encode(name.encode()).decode()
    sent = {**TUS, "Upload-Length": str(length), "Upload-Metadata": f"filename {encoded}", **headers}
    return client.post("/uploads", headers=sent)


def started(client: FlaskClient, length: int = len(CONTENT)) -> str:
    answer = announce(client, length)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(client: FlaskClient, place: str, offset: int | str, content: bytes, **headers: str) -> TestResponse:
    sent = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **headers}
    return client.patch(place, data=content, headers=sent)


def offset_at(client: FlaskClient, place: str) -> int:
    answer = client.head(place, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


def hand_in(client: FlaskClient, *places: str, **data: object) -> TestResponse:
    ids = [place.rsplit("/", 1)[-1] for place in places]
    plain = {"Accept": "text/plain"}
    return client.post("/papers", data={"upload": ids, **data}, content_type="multipart/form-data", headers=plain)


def test_a_file_sent_in_parts_is_filed_byte_for_byte(browser: Browser, intake: Intake) -> None:
    client = browser("aline")
    place = started(client)
    for start in range(0, len(CONTENT), 300):
        answer = send(client, place, start, CONTENT[start : start + 300])
        assert answer.status_code == 204
        assert int(answer.headers["Upload-Offset"]) == min(start + 300, len(CONTENT))
        assert offset_at(client, place) == min(start + 300, len(CONTENT))
    answer = hand_in(client, place)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert answer.get_json()["pages"] == 3
    assert client.get(f"/papers/{answer.get_json()['id']}").data == CONTENT
    assert not list(intake.spool.iterdir())


def test_a_part_that_does_not_follow_is_refused_and_changes_nothing(browser: Browser) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:100])
    for offset in (0, 99, 101, 10_000):
        assert send(client, place, offset, b"x" * 10).status_code == 409
    assert offset_at(client, place) == 100


def test_more_than_was_announced_is_refused_and_does_not_count(browser: Browser) -> None:
    client = browser("aline")
    place = started(client, 10)
    assert send(client, place, 0, b"x" * 11).status_code == 400
    assert offset_at(client, place) == 0
    assert send(client, place, 0, b"y" * 10).status_code == 204


def test_what_a_cut_line_left_uncounted_is_overwritten(browser: Browser, intake: Intake) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:100])
    (file,) = intake.spool.iterdir()
    with file.open("ab") as tail:
        tail.write(b"half a part")
    assert send(client, place, 100, CONTENT[100:]).status_code == 204
    assert hand_in(client, place).status_code == 200


def test_bytes_lost_with_the_spool_are_asked_for_again(browser: Browser, intake: Intake) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:100])
    next(intake.spool.iterdir()).unlink()
    assert client.head(place, headers=TUS).status_code == 404
    assert send(client, place, 100, CONTENT[100:]).status_code == 404


@pytest.mark.parametrize("other", ["bosco", None])
def test_another_persons_upload_is_not_there(browser: Browser, other: str | None) -> None:
    place = started(browser("aline"))
    stranger = browser(other)
    answers = [
        send(stranger, place, 0, CONTENT),
        stranger.delete(place, headers=TUS),
        stranger.patch(place),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 412 if other else 404]
    assert stranger.head(place, headers=TUS).status_code == 404
    assert offset_at(browser("aline"), place) == 0
    if other:
        send(browser("aline"), place, 0, CONTENT)
        assert hand_in(stranger, place).status_code == 409


def test_nobody_uploads_without_signing_in(browser: Browser) -> None:
    assert announce(browser(None), 10).status_code == 404


def test_an_upload_is_used_once(browser: Browser, fresh_database: Database) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT)
    assert hand_in(client, place).status_code == 200
    assert hand_in(client, place).status_code == 409
    assert send(client, place, len(CONTENT), b"").status_code == 404
    with fresh_database.reading(SYSTEM) as session:
        assert session.execute(text("select count(*) from document")).scalar_one() == 1


def test_an_unfinished_upload_or_the_same_one_twice_is_not_used(browser: Browser) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:-1])
    assert hand_in(client, place).status_code == 409
    send(client, place, len(CONTENT) - 1, CONTENT[-1:])
    assert hand_in(client, place, place).status_code == 409
    assert hand_in(client, place).status_code == 200


def test_uploads_that_are_no_ids_are_refused(browser: Browser) -> None:
    assert hand_in(browser("aline"), "/x/..%2f..%2fetc", "/x/1").status_code == 409


def test_two_writers_at_once_are_one_writer_and_one_refusal(browser: Browser, intake: Intake) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:10])
    (file,) = intake.spool.iterdir()
    with locked(file):
        assert send(client, place, 10, CONTENT[10:]).status_code == 423
    assert send(client, place, 10, CONTENT[10:]).status_code == 204


def test_an_upload_can_be_stopped(browser: Browser, intake: Intake) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:10])
    assert client.delete(place, headers=TUS).status_code == 204
    assert client.head(place, headers=TUS).status_code == 404
    assert not list(intake.spool.iterdir())


def test_an_upload_ends_with_its_time_and_its_row_and_file_are_swept(
    browser: Browser, clock: ManualClock, fresh_database: Database, intake: Intake, tmp_path: Path
) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:10])
    clock.advance(timedelta(hours=23))
    assert send(client, place, 10, CONTENT[10:20]).status_code == 204
    clock.advance(timedelta(hours=23, minutes=59))
    assert offset_at(client, place) == 20
    clock.advance(timedelta(minutes=1))
    assert client.head(place, headers=TUS).status_code == 404
    (file,) = intake.spool.iterdir()
    intake.storage.probe()
    half_written = tmp_path / "kept" / "unfinished" / "x.part"
    half_written.write_bytes(b"half")
    for path, age in ((file, timedelta(hours=47)), (half_written, timedelta(hours=47))):
        os.utime(path, times=((clock.now() - age).timestamp(),) * 2)
    job = sweeping(intake)
    with fresh_database.transaction(SYSTEM) as session:
        job.run(session, clock.now())
        assert session.execute(text("select count(*) from upload")).scalar_one() == 0
        assert file.exists()
        assert half_written.exists()
        job.run(session, clock.now() + timedelta(hours=2))
    assert not file.exists()
    assert not half_written.exists()


@pytest.mark.parametrize("length", ["", "-1", "1.5", "abc", "٣", "9" * 30, "0x10", " "])
def test_a_length_that_is_none_is_a_bad_request(browser: Browser, length: str) -> None:
    assert announce(browser("aline"), length).status_code == 400


def test_an_empty_or_too_large_file_is_refused_at_the_announcement(browser: Browser) -> None:
    client = browser("aline")
    assert announce(client, 0).status_code == 422
    assert announce(client, 100_000).status_code == 201
    refused = announce(client, 100_001)
    assert refused.status_code == 422
    assert refused.mimetype == "text/plain"
    assert "100 kB" in refused.text


@pytest.mark.parametrize(
    "metadata",
    [
        "filename !!!",
        "filename " + base64.b64encode(b"\xff\xfe").decode(),
        "filename " + base64.b64encode(b"a\0b.pdf").decode(),
        "filename " + base64.b64encode(b"a\r\nSet-Cookie: x").decode(),
        "filename " + base64.b64encode(b"x" * 5000).decode(),
    ],
)
def test_metadata_that_makes_no_sense_is_a_bad_request(browser: Browser, metadata: str) -> None:
    answer = announce(browser("aline"), 10, **{"Upload-Metadata": metadata})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\y.pdf", "", "/", "a" * 900, "ُ\u202egpj.exe"])
def test_a_name_never_becomes_a_path(browser: Browser, intake: Intake, name: str) -> None:
    client = browser("aline")
    place = announce(client, len(CONTENT), name).headers["Location"]
    send(client, place, 0, CONTENT)
    (file,) = intake.spool.iterdir()
    assert file.parent == intake.spool
    assert file.stem.isalnum()
    kept = hand_in(client, place)
    assert kept.status_code == 200
    shown = client.get(f"/papers/{kept.get_json()['id']}").headers["Content-Disposition"]
    assert "/" not in shown
    assert "\u202e" not in shown


def test_the_protocols_version_and_type_are_held(browser: Browser) -> None:
    client = browser("aline")
    place = started(client)
    other = client.post("/uploads", headers={"Tus-Resumable": "0.2.0", "Upload-Length": "5"})
    assert other.status_code == 412
    assert other.headers["Tus-Version"] == "1.0.0"
    assert client.head(place).status_code == 412
    assert send(client, place, 0, b"x", **{"Content-Type": "text/plain"}).status_code == 415
    abilities = client.options("/uploads")
    assert abilities.status_code == 204
    assert abilities.headers["Tus-Max-Size"] == "100000"
    assert abilities.headers["Tus-Extension"] == "creation,termination,expiration"


def test_too_many_unfinished_bytes_or_starts_are_slowed(
    browser: Browser, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("aline")
    for _ in range(6):
        assert announce(client, 100_000).status_code == 201
    refused = announce(client, 1)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert announce(browser("bosco"), 1).status_code == 201
    clock.advance(timedelta(hours=25))
    monkeypatch.setattr(uploads, "MOST_STARTED", 2)
    assert [announce(client, 1).status_code for _ in range(3)] == [201, 201, 429]


def test_a_request_without_the_token_or_from_another_site_is_refused(portal: Flask, browser: Browser) -> None:
    client = browser("aline")
    place = started(client)
    assert announce(client, 5, Origin="https://evil.example").status_code == 400
    portal.config["WTF_CSRF_ENABLED"] = True
    assert announce(client, 5).status_code == 400
    assert send(client, place, 0, CONTENT).status_code == 400
    assert client.delete(place, headers=TUS).status_code == 400
    assert offset_at(client, place) == 0


def test_a_full_disk_is_said_and_the_upload_goes_on_later(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT[:10])

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        answer = send(client, place, 10, CONTENT[10:])
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert offset_at(client, place) == 10
    assert send(client, place, 10, CONTENT[10:]).status_code == 204


def test_resumed_files_and_files_of_the_form_make_one_document_in_order(browser: Browser) -> None:
    client = browser("aline")
    photo = files.photo(size=(60, 40))
    place = started(client, len(photo))
    send(client, place, 0, photo)
    more = (io.BytesIO(files.photo("PNG", size=(50, 70))), "b.png")
    answer = hand_in(client, place, papers=more)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["pages"] == 2


def test_a_refused_file_leaves_the_upload_for_the_person_to_see_why(browser: Browser) -> None:
    client = browser("aline")
    bad = files.script_on_open()
    place = started(client, len(bad))
    send(client, place, 0, bad)
    answer = hand_in(client, place)
    assert answer.status_code == 422


def test_take_gives_the_finished_file_once(
    browser: Browser, fresh_database: Database, intake: Intake, clock: ManualClock
) -> None:
    from uuid import UUID

    client = browser("aline")
    place = started(client)
    send(client, place, 0, CONTENT)
    upload_id = UUID(place.rsplit("/", 1)[-1])
    with fresh_database.transaction(PEOPLE["aline"]) as session:
        received = uploads.take(session, PEOPLE["aline"], intake, upload_id, at=clock.now())
        assert received.sha256 == hashlib.sha256(CONTENT).hexdigest()
        with pytest.raises(uploads.UploadUnfinished):
            uploads.take(session, PEOPLE["aline"], intake, upload_id, at=clock.now())
