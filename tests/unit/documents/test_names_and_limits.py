"""Names are labels for people; limits are said as they are enforced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.language import speaking
from app.documents.limits import Limits, limits_text, megabytes
from app.documents.names import LONGEST, display_name, with_ending
from app.documents.refusals import Reason, refused

LIMITS = Limits(max_bytes=25_000_000, max_files=40, max_pages=1000)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("amasezerano.pdf", "amasezerano.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Aline\\x.pdf", "x.pdf"),
        ("/", "document"),
        ("", "document"),
        ("...", "document"),
        ("a\0b\nc.pdf", "abc.pdf"),
        ("gpj.\u202efdp", "gpj.fdp"),
        ("  two   spaces .pdf ", "two spaces .pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("\ud800x.pdf", "x.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_keeps_what_people_read(raw: str, shown: str) -> None:
    assert display_name(raw) == shown


@given(st.text(max_size=400))
def test_any_name_is_short_printable_and_no_path(raw: str) -> None:
    name = display_name(raw)
    assert 0 < len(name) <= LONGEST
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable()
    assert display_name(name) == name


def test_a_made_pdf_is_called_one() -> None:
    assert with_ending("photo.jpeg", "pdf") == "photo.pdf"
    assert with_ending("Urubanza no. 5 ruri hano", "pdf") == "Urubanza no. 5 ruri hano.pdf"


@pytest.mark.parametrize(
    ("size", "said"), [(25_000_000, "25 MB"), (1_500_000, "1.5 MB"), (26_214_400, "26.2 MB"), (999_999, "999 kB")]
)
def test_a_limit_is_never_said_larger_than_it_is(size: int, said: str) -> None:
    assert megabytes(size) == said


def test_the_limits_are_said_before_a_file_is_chosen() -> None:
    with speaking("en"):
        words = str(limits_text(LIMITS))
    for number in ("25 MB", "40 files", "50 MB", "1000 pages"):
        assert number in words


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_of_its_own(reason: Reason) -> None:
    with speaking("en"):
        words = str(refused(reason, "x.pdf", LIMITS, detail=3).text)
        others = {str(refused(other, "x.pdf", LIMITS, detail=3).text) for other in Reason if other is not reason}
    assert words.endswith(".")
    assert words not in others
