"""What is sent by SMS fits one, and tells a bystander nothing."""

import pytest

from app.accounts import words
from app.core.language import LANGUAGES, speaking

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ALL = [
    words.code_words("123456"),
    words.ALREADY_REGISTERED,
    words.NO_ACCOUNT,
    words.PASSWORD_CHANGED,
    words.CONTACT_CHANGED,
    words.FACTOR_REMOVED,
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", ALL, ids=lambda message: str(message.subject.message))
def test_each_message_fits_one_sms_and_holds_no_link(language: str, message: words.Words) -> None:
    with speaking(language):
        said = str(message.text)
    assert len(said) <= 160
    assert set(said) <= GSM_7, set(said) - GSM_7
    assert "http" not in said
    assert "www" not in said


def test_a_code_stands_first_where_a_phone_shows_it() -> None:
    with speaking("en"):
        assert str(words.code_words("012345").text).startswith("012345 ")
