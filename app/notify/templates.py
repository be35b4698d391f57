"""What a message says: for each kind one template, filled and translated when it is sent or read."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.language import Text
from app.notify import gsm7


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The words of one kind. `sms` stands alone: what happened and what to do, without a link.

    `title` heads the message in the portal and is the subject of the e-mail; `body` are paragraphs for both. `action`
    names the button in the portal. No words name a party or what a case is about: a phone lies open on the table.
    """

    sms: Text
    title: Text
    body: tuple[Text, ...]
    action: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A filled template in one language."""

    sms: str
    title: str
    paragraphs: tuple[str, ...]
    action: str | None


def word(template: Template, values: Mapping[str, str], *, token: str) -> Wording:
    """The template filled with `values`, in the language spoken now.

    `token` ends the text message, so that one whose answer was lost can be found again at the gateway.
    """
    return Wording(
        sms=gsm7.plain(f"{_say(template.sms, values)} {token}"),
        title=_say(template.title, values),
        paragraphs=tuple(_say(paragraph, values) for paragraph in template.body),
        action=None if template.action is None else _say(template.action, values),
    )


def _say(text: Text, values: Mapping[str, str]) -> str:
    return str(Text(text.message, dict(values)))
