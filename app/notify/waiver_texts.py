"""The words of news about fee waivers. No words say why somebody need not pay: a phone lies open on the table."""

from collections.abc import Mapping

from app.core.language import T
from app.notify.kinds import Kind
from app.notify.templates import Template

_SEE = T("See the filing")
_READ = T("Read the reason")
_KEEPS = T("Pay by %(until)s, and your filing keeps the day we received it. If you do not, a registrar decides.")

TEXTS: Mapping[Kind, Template] = {
    Kind.FILED_WAIVER_ASKED: Template(
        sms=T("Ikirego: the court has %(number)s, received %(received_short)s. We tell you if you must pay the fee."),
        title=T("The court has %(number)s, and decides on the fee"),
        body=(
            T("Your filing is with the court. It counts as received on %(received)s."),
            T("You asked not to pay the court fee. A registrar decides on this, and we will tell you."),
            T("Your filing does not wait for this decision. You need do nothing."),
        ),
        action=_SEE,
    ),
    Kind.WAIVER_GRANTED: Template(
        sms=T("Ikirego: the court freed you from %(amount)s of the fee for %(number)s. Nothing is left to pay."),
        title=T("You have nothing to pay for %(number)s"),
        body=(
            T("A registrar freed you from %(amount)s of the court fee. Nothing is left to pay."),
            T("If you had paid already, what was too much is paid back."),
        ),
        action=_READ,
    ),
    Kind.WAIVER_IN_PART: Template(
        sms=T(
            "Ikirego: you pay only a part of the fee for %(number)s: %(amount)s, by %(until_short)s. Sign in and pay."
        ),
        title=T("Pay %(amount)s for %(number)s by %(until)s"),
        body=(
            T("A registrar freed you from a part of the court fee. %(amount)s is left to pay."),
            _KEEPS,
        ),
        action=_READ,
    ),
    Kind.WAIVER_REFUSED: Template(
        sms=T("Ikirego: you must pay %(amount)s for %(number)s by %(until_short)s. Sign in to read why, and pay."),
        title=T("You must pay %(amount)s for %(number)s by %(until)s"),
        body=(
            T("A registrar read your request not to pay the court fee, and did not agree."),
            _KEEPS,
            T("The page of the filing gives the reason. You can ask again there with better proof."),
        ),
        action=_READ,
    ),
    Kind.WAIVER_STANDS: Template(
        sms=T("Ikirego: the court did not agree to give back the fee for %(number)s. Sign in to read why."),
        title=T("The fee for %(number)s is not given back"),
        body=(
            T("You asked not to pay the court fee, which is paid already. A registrar did not agree."),
            T("Your filing goes on as before. The page of the filing gives the reason."),
        ),
        action=_READ,
    ),
    Kind.FEE_DEMANDED: Template(
        sms=T("Ikirego: you have more time to pay %(amount)s for %(number)s: until %(until_short)s. Sign in and pay."),
        title=T("More time to pay for %(number)s: until %(until)s"),
        body=(
            T("The court fee for your filing was not paid in time. A registrar gives you more time."),
            _KEEPS,
        ),
        action=T("Pay the fee"),
    ),
    Kind.FEE_UNPAID: Template(
        sms=T("Ikirego: the fee for %(number)s was not paid in time. A registrar decides what happens. We tell you."),
        title=T("The fee for %(number)s was not paid in time"),
        body=(
            T("The time to pay the court fee is over. Your filing is not lost."),
            T("A registrar decides whether you get more time. We will tell you."),
        ),
        action=_SEE,
    ),
    Kind.REMIND_OF_FEE: Template(
        sms=T("Ikirego: pay the fee for %(number)s by %(until_short)s to keep its date. Sign in and pay."),
        title=T("Pay the fee for %(number)s by %(until)s"),
        body=(
            T("The court fee for your filing is not paid yet."),
            _KEEPS,
        ),
        action=_SEE,
    ),
}
