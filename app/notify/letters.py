"""The pages of an e-mail: plain words, and the same words in simple HTML. Jinja without Flask."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from app.core.language import gettext, language, ngettext
from app.notify.templates import Wording
from app.notify.wording import Letterhead

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def letter(wording: Wording, letterhead: Letterhead) -> tuple[str, str]:
    """The text and the HTML of the e-mail, in the language spoken now."""
    values = {
        "title": wording.title,
        "paragraphs": wording.paragraphs,
        "language": language(),
        "portal": letterhead.public_url,
        "court": letterhead.judiciary_name,
        "phone": letterhead.help_phone,
    }
    return tuple(_template(name).render(values) for name in ("letter.txt", "letter.html"))  # type: ignore[return-value]


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"notify/{name}")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment
