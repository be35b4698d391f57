"""Phone numbers and e-mail addresses as people type them, read into the one form under which they are kept."""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

_MAILBOX = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9.-]{3,190}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_DIGITS = re.compile(r"[+0-9()/.\s\u00a0-]{3,40}")
_REACHED_BY_SMS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


class ContactKind(StrEnum):
    """By which way a message goes."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody: a mobile number in E.164 ("+250788123456"), or an e-mail address in small letters."""

    kind: ContactKind
    value: str

    @property
    def key(self) -> str:
        """The contact as one text, for counters."""
        return f"{self.kind}:{self.value}"


def read_contact(typed: str, *, region: str = "RW") -> Contact | None:
    """The contact that `typed` stands for; None when it is neither a mobile number nor an e-mail address.

    Numbers of `region` (ISO 3166) may leave out the prefix: "0788 123 456" is "+250788123456".
    """
    text = typed.strip()
    if "@" in text:
        return _read_email(text.lower())
    return _read_phone(text, region)


def _read_email(text: str) -> Contact | None:
    # ASCII only: two addresses that look alike are never two accounts.
    domain = text.rpartition("@")[2]
    if len(text) > 254 or not _MAILBOX.fullmatch(text) or not _DOMAIN.fullmatch(domain):
        return None
    return Contact(ContactKind.EMAIL, text)


def _read_phone(text: str, region: str) -> Contact | None:
    if not text.isascii() and "\u00a0" not in text:
        return None
    if not _DIGITS.fullmatch(text):
        return None
    if re.match(r"\s*250\d", text):
        text = "+" + text.strip()
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _REACHED_BY_SMS:
        return None
    return Contact(ContactKind.PHONE, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def shown(contact: Contact, *, region: str = "RW") -> str:
    """The contact as people write it: a number of `region` without its prefix."""
    if contact.kind is ContactKind.EMAIL:
        return contact.value
    number = phonenumbers.parse(contact.value)
    form = phonenumbers.PhoneNumberFormat
    home = phonenumbers.region_code_for_number(number) == region
    return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)


def masked(contact: Contact) -> str:
    """Enough of the contact for its owner to know it, too little for anybody else: "•••• 456", "u•••@example.com"."""
    if contact.kind is ContactKind.PHONE:
        return f"•••• {contact.value[-3:]}"
    local, _, domain = contact.value.partition("@")
    return f"{local[:1]}•••@{domain}"
