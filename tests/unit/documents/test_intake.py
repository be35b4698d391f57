"""Every kind of wrong file gets its own sentence; good ones are kept under their hash."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pytest
from obstore.store import MemoryStore

from app.core.language import speaking
from app.documents.bucket import BucketStorage
from app.documents.intake import Intake, Prepared, reassemble, store_files, store_made
from app.documents.limits import Limits
from app.documents.refusals import FileRefused, Reason
from app.documents.storage import FileGone
from tests.builders import files


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a form."""

    stream: IO[bytes]
    filename: str | None


def sent(content: bytes, name: str = "urupapuro.pdf") -> Sent:
    return Sent(io.BytesIO(content), name)


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    """An intake that keeps in memory; 2 MB, 4 files, 50 pages."""
    limits = Limits(max_bytes=2_000_000, max_files=4, max_pages=50)
    return Intake(storage=BucketStorage(MemoryStore()), spool=tmp_path / "spool", limits=limits)


def bytes_of(intake: Intake, prepared: Prepared) -> bytes:
    return b"".join(intake.storage.read(prepared.document.sha256))


def refusal(intake: Intake, *contents: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        store_files(intake, [sent(content) for content in contents])
    assert not list(intake.spool.glob("*")), "something was left in the spool"
    return caught.value


HOSTILE: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "script on opening": (files.script_on_open, Reason.SCRIPT),
    "script in the name tree": (files.script_in_names, Reason.SCRIPT),
    "script of a page": (files.script_on_page, Reason.SCRIPT),
    "script with an escaped name": (files.script_spelled_oddly, Reason.SCRIPT),
    "script in an object stream": (files.script_packed_away, Reason.SCRIPT),
    "script that no page refers to": (files.script_nobody_refers_to, Reason.SCRIPT),
    "script hidden deep in an object": (lambda: files.script_nested(40), Reason.SCRIPT),
    "an object nested beyond reason": (lambda: files.script_nested(300), Reason.DAMAGED),
    "launch": (files.launcher, Reason.LAUNCH),
    "attachment": (files.with_attachment, Reason.ATTACHMENT),
    "attachment annotation": (lambda: files.with_annotation("FileAttachment"), Reason.ATTACHMENT),
    "rich media": (lambda: files.with_annotation("RichMedia"), Reason.MEDIA),
    "XFA": (files.xfa_form, Reason.XFA),
    "password": (files.encrypted, Reason.ENCRYPTED),
    "owner password only": (lambda: files.encrypted(user=""), Reason.ENCRYPTED),
    "truncated": (files.truncated_pdf, Reason.CUT_OFF),
    "junk in front": (lambda: b"xx" + files.pdf(), Reason.JUNK_BEFORE),
    "junk far in front": (lambda: b"x" * 1200 + files.pdf(), Reason.JUNK_BEFORE),
    "junk behind": (lambda: files.pdf() + b"PK" * 2000, Reason.JUNK_AFTER),
    "picture in front": (lambda: b"GIF89a" + files.pdf(), Reason.OTHER_IMAGE),
    "header only": (lambda: b"%PDF-1.7\n%%EOF\n", Reason.DAMAGED),
    "noise with both ends right": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 50 + b"\n%%EOF\n", Reason.DAMAGED),
    "no pages": (files.pdf_without_pages, Reason.NO_PAGES),
    "pages in a circle": (files.page_loop, Reason.PAGE_LOOP),
    "one page too many": (lambda: files.pdf(51), Reason.TOO_MANY_PAGES),
    "a page as large as a field": (lambda: files.pdf(box=(0, 0, 2_000_000, 842)), Reason.PAGE_SIZE),
    "a page without size": (lambda: files.pdf(box=(0, 0, 0, 0)), Reason.PAGE_SIZE),
    "text that unpacks to 200 MB": (files.flate_bomb, Reason.BOMB),
    "packed twice": (lambda: files.double_bomb(20), Reason.BOMB),
    "a picture of ten thousand million dots": (files.huge_picture, Reason.BOMB),
    "a picture of one dot that unpacks to 100 MB": (files.small_picture_bomb, Reason.BOMB),
    "empty": (lambda: b"", Reason.EMPTY),
    "word processor": (files.docx, Reason.WORD),
    "old word processor": (lambda: files.old_office("WordDocument"), Reason.WORD),
    "old spreadsheet": (lambda: files.old_office("Workbook"), Reason.OFFICE),
    "rich text": (lambda: b"{\\rtf1 hello}", Reason.WORD),
    "spreadsheet": (lambda: files.packed("[Content_Types].xml", "xl/workbook.xml"), Reason.OFFICE),
    "ZIP": (lambda: files.packed("a.pdf", "b.pdf"), Reason.ARCHIVE),
    "video": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 50, Reason.VIDEO),
    "sound": (lambda: b"ID3\x04" + b"\0" * 50, Reason.SOUND),
    "GIF": (lambda: b"GIF89a" + b"\0" * 50, Reason.OTHER_IMAGE),
    "AVIF": (lambda: b"\0\0\0\x1cftypavif" + b"\0" * 50, Reason.OTHER_IMAGE),
    "web page": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", Reason.WEB_PAGE),
    "program": (lambda: b"MZ\x90\0" + b"\0" * 50, Reason.PROGRAM),
    "plain text": (lambda: b"Nyakubahwa Perezida w'Urukiko", Reason.TEXT),
    "noise": (lambda: bytes(range(200)), Reason.UNKNOWN),
    "moving WebP": (files.animated, Reason.IMAGE_ANIMATED),
    "moving PNG": (lambda: files.animated("PNG"), Reason.IMAGE_ANIMATED),
    "PNG of 3,600 million dots": (files.pixel_bomb_png, Reason.IMAGE_PIXELS),
    "cut JPEG": (lambda: files.photo(size=(2000, 1500))[:9000], Reason.IMAGE_CUT_OFF),
    "cut PNG": (lambda: files.photo("PNG")[:900], Reason.IMAGE_CUT_OFF),
    "cut HEIC": (lambda: files.heic()[:300], Reason.IMAGE_DAMAGED),
    "JPEG in name only": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 500, Reason.IMAGE_DAMAGED),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_wrong_file_is_refused_for_its_own_reason(intake: Intake, what: str) -> None:
    make, reason = HOSTILE[what]
    found = refusal(intake, make())
    assert found.reason is reason
    assert found.status == 422
    assert found.problems[0].field == "files"


def test_the_refusal_names_the_file_and_the_cure_and_can_be_said_in_every_language(intake: Intake) -> None:
    found = refusal(intake, files.docx())
    with speaking("en"):
        assert "urupapuro.pdf" in str(found.text)
        assert "Save as PDF" in str(found.text)
    for code in ("rw", "fr"):
        with speaking(code):
            assert "%(" not in str(found.text)


def test_too_many_pages_says_how_many_there_are_and_may_be(intake: Intake) -> None:
    with speaking("en"):
        words = str(refusal(intake, files.pdf(51)).text)
    assert "51" in words
    assert "50" in words


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(intake: Intake) -> None:
    content = files.pdf()
    exact = replace(intake, limits=replace(intake.limits, max_bytes=len(content)))
    assert store_files(exact, [sent(content)]).document.size == len(content)
    tight = replace(intake, limits=replace(intake.limits, max_bytes=len(content) - 1))
    assert refusal(tight, content).reason is Reason.TOO_BIG


def test_reading_stops_at_the_limit_however_much_is_sent(intake: Intake) -> None:
    endless = io.BytesIO(b"x" * 10_000_000)
    with pytest.raises(FileRefused):
        store_files(intake, [Sent(endless, "x.pdf")])
    assert endless.tell() < 3_000_000


def test_filed_bytes_are_kept_untouched_under_their_hash(intake: Intake) -> None:
    content = files.pdf(3)
    prepared = store_files(intake, [sent(content)])
    assert prepared.document.sha256 == hashlib.sha256(content).hexdigest()
    assert prepared.document.pages == 3
    assert prepared.document.media_type == "application/pdf"
    assert prepared.sources == ()
    assert bytes_of(intake, prepared) == content


def test_the_content_decides_and_not_the_name(intake: Intake) -> None:
    assert store_files(intake, [sent(files.photo(), "film.mp4")]).sources[0].media_type == "image/jpeg"
    with pytest.raises(FileRefused):
        store_files(intake, [sent(files.docx(), "good.pdf")])


def test_the_same_file_twice_is_kept_once(intake: Intake) -> None:
    first = store_files(intake, [sent(files.pdf())])
    assert store_files(intake, [sent(files.pdf())]) == first


def test_no_file_and_too_many_files_are_said(intake: Intake) -> None:
    with pytest.raises(FileRefused) as none:
        store_files(intake, [Sent(io.BytesIO(), "")])
    assert none.value.reason is Reason.NO_FILE
    assert refusal(intake, *[files.photo(size=(20, 20))] * 5).reason is Reason.TOO_MANY_FILES


def test_a_pdf_among_photos_is_refused(intake: Intake) -> None:
    assert refusal(intake, files.pdf(), files.photo(size=(20, 20))).reason is Reason.MIXED


def test_one_bad_photo_refuses_all_and_keeps_none(intake: Intake) -> None:
    good = files.photo(size=(30, 30))
    with pytest.raises(FileRefused) as caught:
        store_files(intake, [sent(good, "good.jpg"), sent(files.photo("PNG")[:900], "bad.png"), sent(good, "x.jpg")])
    assert caught.value.reason is Reason.IMAGE_CUT_OFF
    assert caught.value.text.params["name"] == "bad.png"
    with pytest.raises(FileGone):
        intake.storage.read(hashlib.sha256(good).hexdigest())


def test_what_the_portal_makes_itself_is_kept_the_same_way(intake: Intake) -> None:
    prepared = store_made(intake, files.pdf(2), name="ikirego.pdf")
    assert (prepared.document.name, prepared.document.pages) == ("ikirego.pdf", 2)


def test_photos_already_kept_can_be_put_in_another_order(intake: Intake) -> None:
    photos = [sent(files.photo(size=(40 + i, 40)), f"{i}.jpg") for i in range(3)]
    before = store_files(intake, photos)
    after = reassemble(intake, before.sources[::-1])
    assert after.sources == before.sources[::-1]
    assert after.document.sha256 != before.document.sha256
    assert reassemble(intake, before.sources).document.sha256 == before.document.sha256
