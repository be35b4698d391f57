"""Every text is in every language: the catalogues are compared with what the code and the pages say today."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from app.core import language

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = ("rw", "fr")
# The names that mark a text, as `make messages` gives them to pybabel.
KEYWORDS = {"_": None, "gettext": None, "T": None, "ngettext": (1, 2)}
# What carries words that were marked elsewhere: the catalogue itself, and WTForms, whose own words nothing shows.
CARRIERS = {"app/core/language.py", "app/web/fields/base.py"}

Words = str | tuple[str, ...]


@cache
def said() -> dict[Words, str]:
    """Every text of code and pages, each with a file that says it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Words, str] = {}
    for folder in ("app", "templates"):
        where = str(ROOT / folder)
        for name, _line, words, _comments, _context in extract_from_dir(where, methods, options, KEYWORDS):
            found.setdefault(words if isinstance(words, str) else tuple(words), f"{folder}/{name}")
    return found


@cache
def catalogue(code: str) -> Catalog:
    with (language.CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def entries(code: str) -> list[Message]:
    return [message for message in catalogue(code) if message.id]


def forms(words: object) -> tuple[str, ...]:
    """The singular and the plural of a text, or its only form."""
    return (words,) if isinstance(words, str) else tuple(words) if isinstance(words, list | tuple) else ()


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%(?:\(\w+\)s|.)?", text, re.DOTALL))


def markup(text: str) -> list[str]:
    return re.findall(r"<[^>]*>|&#?\w+;", text)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_of_code_and_pages_is_in_the_catalogue_and_nothing_else_is(code: str) -> None:
    kept = {message.id if isinstance(message.id, str) else tuple(message.id) for message in entries(code)}
    missing = {words: where for words, where in said().items() if words not in kept}
    assert not missing, "run `make messages` and translate these"
    assert not kept - set(said()), "said nowhere any more: run `make messages`"


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_empty_or_doubtful(code: str) -> None:
    empty = [message.id for message in entries(code) if not all(forms(message.string) or [""])]
    assert empty == []
    assert [message.id for message in entries(code) if message.fuzzy] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_text_that_counts_has_both_forms_in_every_language(code: str) -> None:
    counted = [message for message in entries(code) if message.pluralizable]
    assert counted
    assert [message.id for message in counted if len(forms(message.string)) != 2] == []
    assert catalogue(code).num_plurals == 2


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_hold_the_same_placeholders_and_markup_as_the_english(code: str) -> None:
    for message in entries(code):
        for english, translated in zip(forms(message.id), forms(message.string), strict=True):
            assert placeholders(translated) == placeholders(english), (english, translated)
            assert markup(translated) == markup(english), (english, translated)


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_begin_and_end_as_the_english_does(code: str) -> None:
    """A space or a full stop lost at an edge runs into the words that follow."""
    for message in entries(code):
        for english, translated in zip(forms(message.id), forms(message.string), strict=True):
            assert translated == translated.strip() or english != english.strip(), english
            ends = {translated[-1:], english[-1:]}
            assert " " not in english or len(ends) == 1 or not ends & set(".?:;"), (english, translated)


def test_the_placeholder_check_sees_what_gettext_would_stumble_over() -> None:
    assert placeholders("%(a)s and %(b)s") == placeholders("%(b)s na %(a)s")
    assert placeholders("%(a)s") != placeholders("%(a) s")
    assert placeholders("100 %") != placeholders("100")


@pytest.mark.parametrize(("n", "one"), [(0, False), (1, True), (2, False)])
def test_kinyarwanda_uses_the_singular_for_one_alone(n: int, one: bool) -> None:
    with language.speaking("rw"):
        text = language.ngettext("%(num)s day is left.", "%(num)s days are left.", n)
    assert ("umunsi" in text) is one


@pytest.mark.parametrize(("n", "one"), [(0, True), (1, True), (2, False)])
def test_french_uses_the_singular_for_none_and_one(n: int, one: bool) -> None:
    with language.speaking("fr"):
        text = language.ngettext("%(num)s day is left.", "%(num)s days are left.", n)
    assert ("jours" not in text) is one


def unread_in_code(path: Path) -> Iterator[int]:
    """Lines that mark something else than a text written out in full, which no extraction can see."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS and node.args:
            first = node.args[0]
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                yield node.lineno


def unread_in_page(path: Path, environment: Environment) -> Iterator[int]:
    for call in environment.parse(path.read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS and call.args:
            first = call.args[0]
            if not (isinstance(first, nodes.Const) and isinstance(first.value, str)):
                yield call.lineno


def test_every_marked_text_is_written_out_in_full_so_that_it_can_be_collected() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        if str(path.relative_to(ROOT)) not in CARRIERS
        for line in unread_in_code(path)
    ]
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found += [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for line in unread_in_page(path, environment)
    ]
    assert found == []
