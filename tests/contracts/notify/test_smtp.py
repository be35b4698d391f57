"""The e-mail adapter on a real mail server: one mail however often it is tried, and 4xx told from 5xx."""

from dataclasses import replace

import pytest

from app.core.clock import SystemClock
from app.notify.letters import letter
from app.notify.mail import Mail
from app.notify.outcomes import Handed, InDoubt, Outcome, Refused, TryLater
from app.notify.smtp import SmtpMailer
from app.notify.templates import Wording
from sandbox.faults import Fault, Kind, Moment, Operator
from sandbox.server import Sandbox
from tests.builders.settings import make_settings
from tests.contracts.notify.conftest import pointed_at
from tests.integration.notify.world import LETTERHEAD

MAIL_ID = "<0190b4f8-1111-7000-8000-000000000001@court.example>"


def mail(address: str = "reader@people.example") -> Mail:
    wording = Wording(sms="", title="Déposé: <F-2026-000123-4>", paragraphs=("Première & seule.",), action=None)
    text, html = letter(wording, LETTERHEAD)
    return Mail(mail_id=MAIL_ID, address=address, subject=wording.title, text=text, html=html, language="fr")


def set_fault(box: Sandbox, kind: Kind, *, seconds: float = 0) -> None:
    moment = Moment.REQUEST
    box.world.faults.set(Fault(operator=Operator.MAIL, kind=kind, moment=moment, seconds=seconds, count=1, remaining=1))


def test_a_mail_arrives_with_both_its_forms_and_under_its_own_id(mailer: SmtpMailer, box: Sandbox) -> None:
    assert mailer.send(mail()) == Handed()
    [kept] = box.world.mailbox.all()
    assert (kept.message_id, kept.subject, kept.recipients) == (MAIL_ID, mail().subject, ("reader@people.example",))
    assert "Première & seule." in kept.text
    assert "Première &amp; seule." in kept.html
    assert "&lt;F-2026-000123-4&gt;" in kept.html
    headers = dict(kept.headers)
    assert headers["From"] == make_settings().mail_from
    assert headers["Content-Language"] == "fr"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_second_try_shows_as_one_mail(mailer: SmtpMailer, box: Sandbox) -> None:
    set_fault(box, Kind.DROP_ANSWER)
    assert isinstance(mailer.send(mail()), InDoubt)
    assert mailer.send(mail()) == Handed()
    [kept] = box.world.mailbox.all()
    assert kept.copies == 2


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Kind.REFUSED, Refused("smtp_550")),
        (Kind.TEMPORARY, TryLater("smtp_451")),
        (Kind.DOWN, TryLater("smtp_421")),
    ],
)
def test_a_refusal_for_good_is_told_from_a_delay(
    mailer: SmtpMailer, box: Sandbox, kind: Kind, outcome: Outcome
) -> None:
    set_fault(box, kind)
    assert mailer.send(mail()) == outcome
    assert box.world.mailbox.all() == []


def test_nobody_listening_is_a_certain_delay() -> None:
    assert SmtpMailer(make_settings(), SystemClock()).send(mail()) == TryLater("ConnectionRefusedError")


def test_where_starttls_is_wanted_nothing_is_said_in_the_clear(box: Sandbox) -> None:
    careful = SmtpMailer(pointed_at(box, smtp_starttls=True), SystemClock())
    assert isinstance(careful.send(mail()), TryLater)
    assert box.world.mailbox.all() == []


@pytest.mark.parametrize("address", ["", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_no_address_smuggles_in_another_header_or_reader(mailer: SmtpMailer, box: Sandbox, address: str) -> None:
    assert mailer.send(mail(address)) == Refused("bad_address")
    assert box.world.mailbox.all() == []


def test_no_subject_smuggles_in_another_header(mailer: SmtpMailer, box: Sandbox) -> None:
    assert mailer.send(replace(mail(), subject="News\r\nBcc: c@d.example")) == Refused("bad_address")
    assert box.world.mailbox.all() == []


def test_a_sender_with_a_name_is_shown_with_it(box: Sandbox) -> None:
    named = SmtpMailer(pointed_at(box, mail_from="Ikirego <portal@court.example>"), SystemClock())
    assert named.send(mail()) == Handed()
    [kept] = box.world.mailbox.all()
    assert kept.sender == "portal@court.example"
    assert dict(kept.headers)["From"] == "Ikirego <portal@court.example>"
