"""The built files: small enough, complete, served once and for good."""

import json
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from app.web.assets import STATIC, Assets
from tests.builders.specimen import make_specimen_app

ROOT = Path(__file__).resolve().parents[3]
# Classes that carry no style: they name a thing for a test or for a script.
UNSTYLED = {
    *("govuk-checkboxes", "govuk-label-wrapper", "govuk-radios"),
    *("govuk-table__body", "govuk-table__head", "govuk-table__row"),
}
_STYLED = re.compile(r"\.((?:\\.|[A-Za-z0-9_-])+)")
_CLASSES = re.compile(r"""class\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@pytest.fixture
def client() -> FlaskClient:
    """A browser on the specimen app, which has no database."""
    return make_specimen_app().test_client()


def built(name: str) -> bytes:
    """A built file by its plain name, with `.br` or `.gz` after it for the smaller forms."""
    plain, ending = re.fullmatch(r"(.+?)(\.br|\.gz)?", name).groups()  # type: ignore[union-attr]
    names: dict[str, str] = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    return (STATIC / (names[plain] + (ending or ""))).read_bytes()


def known_classes() -> set[str]:
    """Every class that the style sheet knows."""
    return {found.replace("\\", "") for found in _STYLED.findall(built("app.css").decode())}


def used_classes(template: str) -> set[str]:
    """The classes that a template spells out; those with an expression in them are left out."""
    # An expression may hold quotes of its own, so it goes before the attributes are looked for.
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "{}", text, flags=re.DOTALL)
    words = {word for pair in _CLASSES.findall(text) for attribute in pair for word in attribute.split()}
    return {word for word in words if "{}" not in word}


def test_the_style_sheet_and_the_script_keep_to_their_budgets() -> None:
    assert len(built("app.css.br")) <= 7_000
    assert len(built("app.js.br")) <= 2_500
    assert len(built("app.js")) <= 6_500


def test_the_smaller_forms_hold_the_same_bytes() -> None:
    for name in ("app.css", "app.js"):
        assert brotli.decompress(built(f"{name}.br")) == built(name)


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_every_class_that_a_template_uses_is_in_the_style_sheet(template: Path) -> None:
    unknown = used_classes(template.read_text(encoding="utf-8")) - known_classes() - UNSTYLED
    assert not unknown, f"run frontend/build.sh, or use another class: {sorted(unknown)}"


def test_a_class_that_nobody_styles_would_be_found() -> None:
    template = """<p class="govuk-body{% if x == "a" %} made-up{% endif %} ik-{{ y or "b" }}">"""
    assert used_classes(template) - known_classes() == {"made-up"}


def test_every_class_offered_to_page_writers_is_in_the_style_sheet() -> None:
    lines = (ROOT / "frontend/classes.txt").read_text(encoding="utf-8").splitlines()
    offered = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    assert offered - known_classes() <= UNSTYLED


def test_nothing_of_another_governments_identity_is_in_the_style_sheet() -> None:
    css = built("app.css").decode()
    assert "GDS" not in css
    assert "@font-face" not in css
    assert "url(" not in css
    assert "var(--" not in css


def test_a_built_file_is_sent_as_it_was_packed_and_may_be_kept_for_good(client: FlaskClient) -> None:
    url = Assets().url("app.css")
    answer = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert answer.data == built("app.css.br")
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(url).data == built("app.css")


def test_the_script_is_served_as_a_script(client: FlaskClient) -> None:
    assert client.get(Assets().url("app.js")).headers["Content-Type"].startswith("text/javascript")


def test_a_lost_file_is_found_out_at_start(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"app.css": "app.0.css"}', encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        Assets(tmp_path)
