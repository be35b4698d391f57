"""What people read: in each language, discreet, and in one text message even with the longest figures."""

import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.core.language import LANGUAGES, Localised, speaking
from app.notify import gsm7
from app.notify.kinds import ABOUT_ACCOUNT, Kind, channels_of
from app.notify.status import Channel
from app.notify.wording import TEXTS, Letterhead, News, last_day, link, token_of, worded

KIGALI = ZoneInfo("Africa/Kigali")
COURT = Localised(rw="Urukiko Rwisumbuye rwa Nyarugenge", en="Intermediate Court of Nyarugenge", fr="TGI de Nyarugenge")
HEAD = Letterhead(
    zone=KIGALI,
    help_phone="+250 788 000 000",
    public_url="https://ikirego.example",
    judiciary_name="Demonstration courts",
    mail_domain="court.example",
    callback_url="https://ikirego.example",
    court_name=lambda code: COURT if code == "TGI-NYGE" else None,
)
FILING = UUID("0190b4f8-1111-7000-8000-000000000001")
CASE = UUID("0190b4f8-1111-7000-8000-000000000002")


def longest(kind: Kind) -> News:
    """News with figures as long as they get: a million filings, a long case number, a deadline with an hour."""
    return News(
        kind=kind,
        params={
            "number": "F-2026-1000123-4",
            "until": "2026-09-23T15:00:00+00:00",
            "received_at": "2026-09-21T21:59:59+00:00",
            "amount_minor": 1_250_000,
            "currency": "RWF",
            "obligation_id": str(FILING),
        },
        subject=FILING,
        case_id=CASE,
        court_code="TGI-NYGE",
        created_at=datetime(2026, 9, 21, 21, 59, tzinfo=UTC),
        case_number="RS/INJUST/RC 00008/2026/HC/KIG",
    )


def test_every_kind_has_its_words() -> None:
    assert set(TEXTS) == set(Kind)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_text_message_is_one_part_in_the_plain_alphabet_at_its_longest(kind: Kind, locale: str) -> None:
    with speaking(locale):
        sms = worded(longest(kind), HEAD, token="#ABC123").sms
    assert gsm7.parts(sms) == 1, f"{gsm7.length(sms)} places: {sms}"
    assert sms.endswith(" #ABC123")


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_no_figure_is_left_open_and_no_text_message_needs_a_link(kind: Kind, locale: str) -> None:
    with speaking(locale):
        wording = worded(longest(kind), HEAD)
    for words in (wording.sms, wording.title, *wording.paragraphs, wording.action or ""):
        assert "%(" not in words
    assert not re.search(r"https?:|www\.|ikirego\.example|/filings", wording.sms)


@pytest.mark.parametrize("kind", sorted(set(Kind) - ABOUT_ACCOUNT))
def test_news_of_a_filing_names_its_number_in_every_form(kind: Kind) -> None:
    with speaking("en"):
        wording = worded(longest(kind), HEAD)
    assert "F-2026-1000123-4" in wording.sms
    assert "F-2026-1000123-4" in wording.title


@pytest.mark.parametrize("kind", [Kind.SENT_UNPAID, Kind.REMIND_TO_PAY])
def test_an_unpaid_filing_is_said_to_be_not_filed_until_paid_by_its_day(kind: Kind) -> None:
    with speaking("en"):
        wording = worded(longest(kind), HEAD)
    assert "NOT filed until paid by 23/09/2026 17:00" in wording.sms
    assert "NOT filed until paid by 23 September 2026 17:00" in wording.title


def test_a_filing_that_may_yet_lapse_is_never_called_filed() -> None:
    """Only the three kinds of news after payment say so."""
    with speaking("en"):
        for kind in set(Kind) - {Kind.FILED, Kind.FILED_PAID, Kind.FILED_LATE_MONEY}:
            words = worded(longest(kind), HEAD).sms
            assert not re.search(r"(?<!NOT )\bfiled\b", words), words


def test_the_last_day_is_the_day_before_midnight() -> None:
    kigali = timezone(timedelta(hours=2))
    assert last_day(datetime(2026, 5, 12, 0, 0, tzinfo=kigali), KIGALI) == (datetime(2026, 5, 11).date(), "")  # noqa: DTZ001
    assert last_day(datetime(2026, 5, 11, 15, 0, tzinfo=UTC), KIGALI) == (datetime(2026, 5, 11).date(), " 17:00")  # noqa: DTZ001


def test_the_time_received_is_the_courts_time() -> None:
    with speaking("en"):
        wording = worded(longest(Kind.FILED), HEAD)
    assert "received 21/09/2026 23:59" in wording.sms
    assert "21 September 2026, 23:59" in wording.paragraphs[0]


def test_buttons_lead_to_the_bill_the_case_or_the_filing() -> None:
    assert link(longest(Kind.SENT_UNPAID)) == f"/pay/{FILING}"
    assert link(longest(Kind.ACCEPTED)) == f"/cases/{CASE}"
    assert link(longest(Kind.RETURNED)) == f"/filings/{FILING}"
    assert link(longest(Kind.PASSWORD_CHANGED)) is None


def test_a_token_has_seven_letters_and_follows_the_random_end_of_the_id() -> None:
    first, second = UUID(int=5), UUID(int=5 + (1 << 64))
    assert token_of(first) == "#000005"
    assert token_of(second) == token_of(first)
    assert token_of(UUID(int=2**30 - 1)) == "#ZZZZZZ"


def test_a_failed_payment_and_the_safety_of_an_account_stay_in_the_portal() -> None:
    quiet = {kind for kind in Kind if channels_of(kind) == (Channel.IN_PORTAL,)}
    assert quiet == {Kind.PAYMENT_FAILED} | (ABOUT_ACCOUNT - {Kind.ADVOCATE_APPROVED, Kind.ADVOCATE_REFUSED})
