"""Papers hold what they are given, as text and nothing else, in the archive and accessibility standards."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from app.core.language import LANGUAGES
from app.typeset import paper
from app.typeset.glyphs import drawable, unprintable_in
from app.typeset.paper import PAPERS, typeset
from app.typeset.shapes import (
    Code,
    PaperDocument,
    PaperIssue,
    PaperParty,
    PaperSide,
    Pleading,
    Receipt,
    ReceiptFee,
    ReceiptPayment,
    ReceiptSide,
    ReceiptTime,
    set_pleading,
    set_receipt,
)
from app.typeset.words import WORDS, words_in

AT = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
HASH = "0123456789abcdef" * 4
PLEADING = Pleading(
    title="Ikirego",
    court="Urukiko rw'Ibanze rwa Nyarugenge",
    judiciary="Demonstration courts",
    number="F-2026-00012",
    sides=(
        PaperSide(label="Urega", parties=(PaperParty(name="Mutoni Aline", details=("1199080012345678",)),)),
        PaperSide(label="Uregwa", parties=(PaperParty(name="Ntwali Ltd", representative="Me Kalisa"),)),
    ),
    issues=(
        PaperIssue(
            title="Inguzanyo", facts="Namuhaye amafaranga.\nYanze kwishyura.", wanted="Kwishyurwa", law="Art. 64"
        ),
        PaperIssue(title="", facts="Yatinze.", wanted="Indishyi", evidence="Ubutumwa"),
    ),
    relief="Kwishyurwa RWF 1,000,000",
    value="RWF 1,000,000",
    documents=(PaperDocument(label="P1", name="amasezerano.pdf", pages=3, sha256=HASH),),
    declaration="I declare that this is true.",
    filer="Mutoni Aline",
    date="4 May 2026",
    code=Code(url="https://ikirego.example/v/KGL7", words="KGL7-22"),
)
RECEIPT = Receipt(
    title="Receipt",
    court=PLEADING.court,
    judiciary=PLEADING.judiciary,
    number=PLEADING.number,
    notice="NOT filed until paid by 11 May 2026.",
    times=(ReceiptTime(label="Received", moment="4 May 2026, 23:59:59 (Kigali)", rule="When the last byte came."),),
    sides=(ReceiptSide(label="Urega", names=("Mutoni Aline", "Uwase Grace")),),
    documents=PLEADING.documents,
    fees=(ReceiptFee(label="Deposit", source="Order 17/2020", amount="RWF 10,000"),),
    total="RWF 10,000",
    payment=ReceiptPayment(method="MTN Mobile Money", reference="MP2605.1", moment="4 May 2026, 23:59"),
    next_steps=("A registrar reads your claim.",),
    code=PLEADING.code,
)


@contextmanager
def opened(content: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(content)) as document:
        yield document


def pages_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    texts = []
    for number in range(len(document)):
        page = document[number]
        reader = page.get_textpage()
        texts.append(re.sub(r"\s+", " ", reader.get_text_range()))
        reader.close()
        page.close()
    document.close()
    return texts


def text_of(content: bytes) -> str:
    return " ".join(pages_of(content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_claims_both_standards_and_its_language(language: str) -> None:
    with opened(set_pleading(PLEADING, language=language, at=AT)) as document:
        assert str(document.Root.Lang) == language
        assert document.Root.MarkInfo.Marked
        with document.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
            assert meta["pdfuaid:part"] == "1"
            assert "F-2026-00012" in str(meta["dc:title"])


def test_the_same_content_at_the_same_moment_gives_the_same_bytes() -> None:
    first = set_receipt(RECEIPT, language="fr", at=AT)
    assert set_receipt(RECEIPT, language="fr", at=AT) == first
    assert set_receipt(RECEIPT, language="fr", at=AT + timedelta(seconds=1)) != first
    assert set_receipt(replace(RECEIPT, total="RWF 10,001"), language="fr", at=AT) != first


def test_a_pleading_says_everything_that_was_answered() -> None:
    text = text_of(set_pleading(PLEADING, language="en", at=AT))
    for words in (
        *("Ikirego", "Urega", "Mutoni Aline", "1199080012345678", "Ntwali Ltd", "represented by Me Kalisa"),
        *("Inguzanyo", "Namuhaye amafaranga.", "Art. 64", "Indishyi", "Ubutumwa", "RWF 1,000,000"),
        *("P1", "amasezerano.pdf", "I declare that this is true.", "KGL7-22", "https://ikirego.example/v/KGL7"),
        "01234567 89abcdef",
    ):
        assert words in text


def test_paragraphs_are_numbered_through_the_whole_pleading() -> None:
    text = text_of(set_pleading(PLEADING, language="en", at=AT))
    for number, words in enumerate(
        ("Namuhaye", "Yanze", "Kwishyurwa", "Art. 64", "Yatinze", "Indishyi", "Ubutumwa", "Kwishyurwa RWF"), start=1
    ):
        assert f"{number}. {words}" in text


def test_answers_left_out_leave_no_empty_heading() -> None:
    text = text_of(set_pleading(PLEADING, language="en", at=AT))
    assert text.count("Law relied on") == 1
    assert text.count("Why") == 0


def test_court_and_number_stand_on_every_page() -> None:
    long = replace(PLEADING, relief="Kwishyurwa. " * 10 + "\n" + "\n".join(["Indishyi z'akababaro."] * 120))
    pages = pages_of(set_pleading(long, language="rw", at=AT))
    assert len(pages) > 2
    for page in pages:
        assert "Nyarugenge" in page
        assert "F-2026-00012" in page


def test_a_draft_says_so_and_a_sent_pleading_does_not() -> None:
    draft = text_of(set_pleading(replace(PLEADING, draft=True), language="en", at=AT))
    sent = text_of(set_pleading(PLEADING, language="en", at=AT))
    assert "DRAFT" in draft
    assert "DRAFT" not in sent


def test_a_receipt_says_what_proves_the_filing() -> None:
    text = text_of(set_receipt(RECEIPT, language="en", at=AT))
    for words in (
        *("NOT filed until paid by 11 May 2026.", "4 May 2026, 23:59:59 (Kigali)", "When the last byte came."),
        *("Uwase Grace", "Order 17/2020", "RWF 10,000", "MP2605.1", "A registrar reads your claim.", "89abcdef"),
    ):
        assert words in text


def test_a_receipt_without_a_fee_says_that_nothing_is_due() -> None:
    free = replace(RECEIPT, fees=(), total="", payment=None, notice="", code=None, next_steps=())
    text = text_of(set_receipt(free, language="en", at=AT))
    assert "Nothing has to be paid." in text
    assert "Payment reference" not in text


MARKUP = (
    *("#panic()", "*bold* _it_", "$x^2$", "= Heading", '#read("/etc/passwd")', "</script>", "\\u{1F600}", "[x](y)"),
    *('#import "@preview/x:1.0.0"', "// comment", "<label> @ref", "a -- b --- c ...", "`code`", '"]}'),
)


@pytest.mark.parametrize("words", MARKUP)
def test_markup_in_answers_is_printed_as_it_was_typed(words: str) -> None:
    issue = replace(PLEADING.issues[0], title=words, facts=words, wanted=words)
    party = PaperParty(name=words, details=(words,), representative=words)
    hostile = replace(
        PLEADING,
        title=words,
        court=words,
        number=words,
        issues=(issue,),
        relief=words,
        sides=(PaperSide(label=words, parties=(party,)),),
        documents=(replace(PLEADING.documents[0], name=words, label=words),),
    )
    assert text_of(set_pleading(hostile, language="en", at=AT)).count(words) >= 10


def test_accents_of_all_three_languages_come_out_right() -> None:
    words = "À l’audience du 1er août, le père Noël, œuvre et garçon: n’umuburanyi w’i Ñyaruguru «ÿ»"
    assert words in text_of(set_pleading(replace(PLEADING, relief=words), language="fr", at=AT))


def test_what_no_font_has_is_spelled_and_not_lost() -> None:
    strange = replace(PLEADING, relief="Yaranditse 😀 na 中 na ሰ")
    text = text_of(set_pleading(strange, language="rw", at=AT))
    assert "Yaranditse [U+1F600] na [U+4E2D] na [U+1230]" in text
    assert unprintable_in(strange.relief) == {"😀", "中", "ሰ"}
    assert unprintable_in("Mutoni’s «œuvre»\n\u200b") == frozenset()


def test_controls_and_direction_marks_never_reach_the_page() -> None:
    assert drawable({"a": ["x\u202ey\x00z\x0bq\ufeff", 3, None, True]}) == {"a": ["xyz q", 3, None, True]}


def test_a_line_of_stacked_marks_is_still_printed() -> None:
    zalgo = "I" + "\u0301\u0489\u20dd\u20e3" * 30 + "kirego"
    assert "kirego" in text_of(set_pleading(replace(PLEADING, relief=zalgo), language="rw", at=AT))


def test_a_very_long_word_and_a_very_long_story_are_set() -> None:
    long = replace(PLEADING, relief="x" * 3000 + "\n" + "Namuhaye amafaranga menshi. " * 3000)
    assert len(pages_of(set_pleading(long, language="rw", at=AT))) > 10


@pytest.mark.parametrize("name", ["../words", "paper/../paper", "", "nothing", "/etc/passwd"])
def test_only_our_own_papers_can_be_named(name: str) -> None:
    with pytest.raises(ValueError, match="no paper"):
        typeset(name, {}, language="en", at=AT)


def test_a_language_or_a_date_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="xx"):
        set_receipt(RECEIPT, language="xx", at=AT)
    with pytest.raises(ValueError, match="aware"):
        set_receipt(RECEIPT, language="en", at=AT.replace(tzinfo=None))


def test_a_paper_whose_data_is_incomplete_is_refused_in_words() -> None:
    with pytest.raises(paper.PaperNotSet):
        typeset("receipt", {"title": "x", "number": "1", "court": "c"}, language="en", at=AT)


def test_every_fixed_word_of_the_templates_is_translatable_and_none_is_unused() -> None:
    used = {name for file in PAPERS.glob("*.typ") for name in re.findall(r"words\.(\w+)", file.read_text())}
    assert used == set(WORDS)
    assert all(words_in(language)["draft"] for language in LANGUAGES)
