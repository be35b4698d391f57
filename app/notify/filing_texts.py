"""The words of news about filings. Until it is paid a filing is "sent", never "filed"."""

from collections.abc import Mapping

from app.core.language import T
from app.notify.kinds import Kind
from app.notify.templates import Template

_SEE = T("See the filing")

TEXTS: Mapping[Kind, Template] = {
    Kind.SENT_UNPAID: Template(
        sms=T("Ikirego: %(number)s is sent but NOT filed until paid by %(until_short)s. Sign in and pay."),
        title=T("%(number)s is sent, but NOT filed until paid by %(until)s"),
        body=(
            T("We received your filing on %(received)s."),
            T("It is NOT filed until the fee is paid. Pay by %(until)s, and it keeps the day we received it."),
            T("If it is not paid by then, it lapses: the court will not act on it."),
        ),
        action=T("Pay the fee"),
    ),
    Kind.FILED: Template(
        sms=T("Ikirego: %(number)s is filed, received %(received_short)s. We will tell you when the court answers."),
        title=T("%(number)s is filed"),
        body=(
            T("Your filing is filed. It counts as received on %(received)s."),
            T("A registrar will look at it next. We will tell you what the court decides."),
        ),
        action=_SEE,
    ),
    Kind.FILED_PAID: Template(
        sms=T("Ikirego: %(number)s is paid and filed, received %(received_short)s. We tell you the court's answer."),
        title=T("%(number)s is paid and filed"),
        body=(
            T("Your payment arrived, and your filing is filed. It counts as received on %(received)s."),
            T("A registrar will look at it next. We will tell you what the court decides."),
        ),
        action=_SEE,
    ),
    Kind.FILED_LATE_MONEY: Template(
        sms=T("Ikirego: your payment was made in time. %(number)s is filed after all, received %(received_short)s."),
        title=T("%(number)s is filed after all"),
        body=(
            T("We told you that your filing had lapsed. Your payment was made in time but reached us late."),
            T("Your filing is filed. It counts as received on %(received)s. You need do nothing."),
        ),
        action=_SEE,
    ),
    Kind.PART_PAID: Template(
        sms=T("Ikirego: we have %(amount)s for %(number)s, but not all of the fee. Sign in and pay the rest."),
        title=T("Part of the fee for %(number)s is paid"),
        body=(
            T("We received %(amount)s. This is not yet the whole fee."),
            T("Your filing is NOT filed until the whole fee is paid. The page of the filing shows what is left."),
        ),
        action=_SEE,
    ),
    Kind.PAYMENT_FAILED: Template(
        sms=T("Ikirego: the payment for %(number)s did not go through. Sign in to see why and try again."),
        title=T("The payment for %(number)s did not go through"),
        body=(
            T("No money was taken for this try. Your filing is not filed yet."),
            T("The page of the filing says what went wrong and lets you pay again."),
        ),
        action=_SEE,
    ),
    Kind.REFUND_DUE: Template(
        sms=T("Ikirego: %(amount)s paid for %(number)s was not needed. It will be paid back. You need do nothing."),
        title=T("%(amount)s for %(number)s will be paid back"),
        body=(
            T("We received %(amount)s that was not owed. It will be paid back to the number that paid it."),
            T("You need do nothing. If it has not come within 30 days, call %(phone)s."),
        ),
        action=_SEE,
    ),
    Kind.REFUND_PAID: Template(
        sms=T("Ikirego: %(amount)s paid for %(number)s has gone back to you. Sign in to see how. You need do nothing."),
        title=T("%(amount)s for %(number)s has gone back to you"),
        body=(
            T("We have paid %(amount)s back. The page of the payment says how and when."),
            T("You need do nothing. If the money is not there, call %(phone)s."),
        ),
        action=T("See the payment"),
    ),
    Kind.REFUND_DELAYED: Template(
        sms=T("Ikirego: %(amount)s for %(number)s can't go back the way it came. The court pays it another way."),
        title=T("Paying back %(amount)s for %(number)s takes longer"),
        body=(
            T("The money can't go back the way it came. The court pays it to you in another way."),
            T("The court may call you to ask where to pay it. Nobody asks for your PIN. Questions: call %(phone)s."),
        ),
        action=T("See the payment"),
    ),
    Kind.REFUND_REFUSED: Template(
        sms=T("Ikirego: the court decided not to pay back %(amount)s for %(number)s. Sign in to read why."),
        title=T("%(amount)s for %(number)s is not paid back"),
        body=(
            T("The court decided not to pay this money back. The page of the payment gives the reason."),
            T("If you think that this is wrong, call %(phone)s."),
        ),
        action=T("Read the reason"),
    ),
    Kind.REFUND_WITHDRAWN: Template(
        sms=T("Ikirego: %(amount)s for %(number)s is not paid back after all: that payment never came. Sign in."),
        title=T("%(amount)s for %(number)s is not paid back after all"),
        body=(
            T("We told you that this money goes back. The court found that the payment never came: it was an error."),
            T("If you did pay, take your receipt or slip to the court's cash desk, or call %(phone)s."),
        ),
        action=T("See the payment"),
    ),
    Kind.PAYMENT_VOIDED: Template(
        sms=T("Ikirego: a payment of %(amount)s for %(number)s was an error and does not count. Sign in and look."),
        title=T("A payment of %(amount)s for %(number)s does not count"),
        body=(
            T("The cash desk had noted %(amount)s for your filing. Two people checked it: that money never came."),
            T("The fee may be due again. Look at the bill and pay what is left. Your filing keeps its date."),
            T("If you did pay, take your receipt or slip to the court's cash desk, or call %(phone)s."),
        ),
        action=T("Look at the bill"),
    ),
    Kind.REMIND_TO_PAY: Template(
        sms=T("Ikirego: %(number)s is NOT filed until paid by %(until_short)s. After that it lapses. Sign in and pay."),
        title=T("%(number)s is NOT filed until paid by %(until)s"),
        body=(
            T("The fee for your filing is not paid yet, so it is NOT filed."),
            T("Pay by %(until)s, and it keeps the day we received it. After that it lapses."),
        ),
        action=T("Pay the fee"),
    ),
    Kind.REMIND_TO_CORRECT: Template(
        sms=T("Ikirego: %(number)s waits for your correction until %(until_short)s. After that it lapses. Sign in."),
        title=T("Correct %(number)s by %(until)s"),
        body=(
            T("The court sent your filing back, and it waits for your correction."),
            T("Send it again by %(until)s, and it keeps the day we first received it. After that it lapses."),
        ),
        action=T("Correct the filing"),
    ),
    Kind.LAPSED_UNPAID: Template(
        sms=T("Ikirego: %(number)s was not paid in time and has lapsed. It is NOT filed. Sign in to start again."),
        title=T("%(number)s has lapsed: it was not paid in time"),
        body=(
            T("The fee was not paid in time, so your filing is NOT filed and the court will not act on it."),
            T("If you did pay in time, you need do nothing: as soon as the payment reaches us, the filing counts."),
            T("You can start again from what you wrote. It then counts from the new day."),
        ),
        action=_SEE,
    ),
    Kind.LAPSED_UNCORRECTED: Template(
        sms=T("Ikirego: %(number)s was not corrected in time and has lapsed. Sign in to start again."),
        title=T("%(number)s has lapsed: it was not corrected in time"),
        body=(
            T("The correction that the court asked for did not come in time. The court will not act on this filing."),
            T("You can start again from what you wrote. It then counts from the new day."),
        ),
        action=_SEE,
    ),
    Kind.ACCEPTED: Template(
        sms=T("Ikirego: %(number)s is accepted. Your case number is %(case_number)s. Sign in to follow it."),
        title=T("%(number)s is accepted: case %(case_number)s"),
        body=(
            T("The court accepted your filing and registered the case under the number %(case_number)s."),
            T("Use this number whenever you write to or call the court."),
            T("The page of the case shows where it stands and what comes next."),
        ),
        action=T("See the case"),
    ),
    Kind.RETURNED: Template(
        sms=T("Ikirego: correct %(number)s by %(until_short)s to keep its date. Sign in to see what to change."),
        title=T("Correct %(number)s by %(until)s"),
        body=(
            T("A registrar looked at your filing and marked what must be corrected."),
            T("Send it again by %(until)s, and it keeps the day we first received it."),
        ),
        action=T("See what to correct"),
    ),
    Kind.REJECTED: Template(
        sms=T("Ikirego: the court did not accept %(number)s. Sign in to read why and what you can do."),
        title=T("The court did not accept %(number)s"),
        body=(T("A registrar decided not to accept your filing. The page of the filing gives the reason."),),
        action=T("Read the reason"),
    ),
    Kind.TRANSFERRED: Template(
        sms=T("Ikirego: %(number)s was moved to the right court and keeps its date. You need do nothing."),
        title=T("%(number)s was moved to another court"),
        body=(
            T("Another court is the right one for this filing: %(court)s. It was moved there."),
            T("It keeps the day we received it. You need do nothing."),
        ),
        action=_SEE,
    ),
    Kind.CANCELLED: Template(
        sms=T("Ikirego: %(number)s was cancelled from your account. If it was not you, call %(phone)s."),
        title=T("%(number)s is cancelled"),
        body=(
            T("This filing was cancelled from your account. The court will not act on it."),
            T("If it was not you, call %(phone)s at once."),
        ),
        action=_SEE,
    ),
    Kind.ACCEPTANCE_VOIDED: Template(
        sms=T("Ikirego: %(number)s is back with the court and keeps its date. Its case number no longer counts."),
        title=T("%(number)s is back with the court"),
        body=(
            T("It was registered by mistake under the number %(case_number)s. That number no longer counts."),
            T("Your filing keeps the day we received it. The court will look at it again. You need do nothing."),
        ),
        action=_SEE,
    ),
}
