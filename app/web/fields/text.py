"""Fields whose value is a text: names, long answers, phone numbers, e-mail addresses, passwords."""

import re
import unicodedata
from typing import Any

import phonenumbers

from app.core.language import T, Text
from app.web.fields.base import StrictField, one_text

_PHONE = re.compile(r"[+0-9()/.\s-]{3,40}")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"(?=.{4,190}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


class TextField(StrictField):
    """One line. `data` is a str, "" when nothing was entered; runs of spaces become one."""

    empty = ""

    def clean(self, value: str) -> str:
        """As every field, with line ends and tabs from a paste taken for spaces."""
        return re.sub(r" {2,}", " ", super().clean(re.sub(r"[\r\n\t\v\f\u0085\u00a0\u2028\u2029]+", " ", value)))


class AreaField(StrictField):
    """Several lines, ended by "\\n". `data` is a str, "" when nothing was entered."""

    empty = ""
    lines = True

    def __init__(self, label: Text | str = "", *, most: int = 10_000, **options: Any) -> None:
        """`most` counts characters, line ends included."""
        super().__init__(label, most=most, **options)

    def clean(self, value: str) -> str:
        """As every field, with every kind of line and page end that word processors paste taken for one line end."""
        return super().clean(re.sub(r"\r\n?|[\v\f\u0085\u2028\u2029]", "\n", value))


class HiddenField(StrictField):
    """A short text that the page carries. `data` is a str, "" when it is absent."""

    empty = ""
    html_type = "hidden"


class PasswordField(StrictField):
    """A password. `data` is a str in NFC, untrimmed; it is never shown again."""

    empty = ""
    html_type = "password"
    autocomplete = "current-password"

    def __init__(self, label: Text | str = "", *, new: bool = False, **options: Any) -> None:
        """`new` tells the browser to offer a new password rather than the one it knows."""
        super().__init__(label, **options)
        if new:
            self.autocomplete = "new-password"

    @property
    def shown(self) -> str:
        """Nothing: a password goes one way only."""
        return ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was posted, spaces included: they may be part of it."""
        self.data = ""
        password = unicodedata.normalize("NFC", one_text(valuelist, self))
        self.typed = ""
        self.clean(password)
        if not password and self.required is not None:
            raise ValueError(self.required)
        self.data = password


class PhoneField(StrictField):
    """A phone number of `region` or, with a plus sign, of anywhere. `data` is E.164 ("+250788123456") or None."""

    html_type = "tel"
    inputmode = "tel"
    autocomplete = "tel"
    width = 20

    def __init__(self, label: Text | str = "", *, region: str = "RW", **options: Any) -> None:
        """`region` is the ISO 3166 code of the country whose numbers may be typed without a prefix."""
        super().__init__(label, **options)
        self.region = region

    def read(self, text: str) -> str:
        """The number in E.164; raises ValueError when no such number can exist."""
        wrong = ValueError(T("Enter a phone number, like 0788 123 456."))
        if not _PHONE.fullmatch(text):
            raise wrong
        try:
            number = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException:
            raise wrong from None
        if not phonenumbers.is_valid_number(number):
            raise wrong
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def show(self, value: Any) -> str:
        """The number as it is dialled at home, or with its prefix when it is a foreign one."""
        return dialled(value, self.region) if value else ""


def dialled(value: str, region: str = "RW") -> str:
    """A number in E.164 as it is dialled in `region`: "0788 123 456", or with its prefix when it is a foreign one."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return value
    home = phonenumbers.region_code_for_number(number) == region
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)


class EmailField(StrictField):
    """An e-mail address (RFC 5321, ASCII). `data` has its domain in small letters, or is None."""

    html_type = "email"
    inputmode = "email"
    autocomplete = "email"

    def read(self, text: str) -> str:
        """The address; raises ValueError when mail could not be sent to it."""
        local, at, domain = text.rpartition("@")
        domain = domain.lower()
        dots = local.startswith(".") or local.endswith(".") or ".." in local
        if not at or dots or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
            raise ValueError(T("Enter an e-mail address, like name@example.com."))
        return f"{local}@{domain}"
