"""Sets a paper: a template, its data, a language and a moment give a PDF."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
import typst

from app.core.errors import Unavailable
from app.core.language import LANGUAGES, T
from app.typeset.glyphs import drawable
from app.typeset.square import square_code
from app.typeset.words import words_in

PAPERS = Path(__file__).with_name("papers")
STANDARDS: list[Any] = ["a-2a", "ua-1"]
_log = structlog.get_logger()


class PaperNotSet(Unavailable):
    """The paper could not be made; what it says is kept and the paper can be made later."""

    text = T("We could not make the PDF just now. Your answers are kept. Try again in a few minutes.")


def typeset(template: str, data: Mapping[str, Any], *, language: str, at: datetime, root: Path = PAPERS) -> bytes:
    """The paper as PDF/A-2a and PDF/UA-1 (tagged). The same arguments give the same bytes.

    `template` names a file of `root`; `data` is JSON in the shape that the template states (see `shapes`): its strings
    are set as text and are never markup. `language` is "rw", "en" or "fr"; `at` (aware) is the paper's own date.
    `data["code"]`, when there is one, is printed as a square code with its words beside it.
    Raises PaperNotSet.
    """
    if language not in LANGUAGES:
        raise ValueError(f"papers are not written in {language!r}")
    if at.tzinfo is None:
        raise ValueError("a paper needs an aware date")
    source = root / f"{template}.typ"
    if source.parent != root or not source.is_file():
        raise ValueError(f"there is no paper called {template!r}")
    try:
        return _compiled(source, _input(data, language), at)
    except typst.TypstError:
        # Marks stacked in ways that no font has: spell everything that isn't Latin rather than print nothing.
        try:
            return _compiled(source, _input(data, language, latin_only=True), at)
        except typst.TypstError as error:
            _log.error("paper_not_set", template=template, diagnostic=error.message[:80])
            raise PaperNotSet from error


def _input(data: Mapping[str, Any], language: str, *, latin_only: bool = False) -> str:
    code = data.get("code")
    whole = {
        "data": drawable(dict(data), latin_only=latin_only),
        "words": drawable(words_in(language), latin_only=latin_only),
        "language": language,
        "square": square_code(code["url"]) if code else "",
    }
    return json.dumps(whole, ensure_ascii=False)


def _compiled(source: Path, paper: str, at: datetime) -> bytes:
    made = typst.compile(
        source,
        root=source.parent,
        sys_inputs={"paper": paper},
        format="pdf",
        pdf_standards=STANDARDS,
        ignore_system_fonts=True,
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    assert isinstance(made, bytes)
    return made
