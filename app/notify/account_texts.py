"""The words of news about a person's own account."""

from collections.abc import Mapping

from app.core.language import T
from app.notify.kinds import Kind
from app.notify.templates import Template

_NOT_YOU = T("If it was not you, call %(phone)s at once.")

TEXTS: Mapping[Kind, Template] = {
    Kind.PASSWORD_CHANGED: Template(
        sms=T("Ikirego: your password was changed. If it was not you, call %(phone)s at once."),
        title=T("Your password was changed"),
        body=(T("The password of your account was changed on %(at)s. You were signed out everywhere."), _NOT_YOU),
    ),
    Kind.CONTACT_CHANGED: Template(
        sms=T("Ikirego: how we reach you was changed. If it was not you, call %(phone)s at once."),
        title=T("How we reach you was changed"),
        body=(T("A phone number or e-mail address was added to your account on %(at)s."), _NOT_YOU),
    ),
    Kind.SECOND_FACTOR_SET: Template(
        sms=T("Ikirego: an authenticator app now guards your account. If it was not you, call %(phone)s at once."),
        title=T("An authenticator app now guards your account"),
        body=(T("An authenticator app was tied to your account on %(at)s."), _NOT_YOU),
    ),
    Kind.SECOND_FACTOR_REMOVED: Template(
        sms=T("Ikirego: the authenticator app was removed from your account. If you did not ask, call %(phone)s."),
        title=T("The authenticator app was removed from your account"),
        body=(T("An administrator removed the authenticator app from your account on %(at)s."), _NOT_YOU),
    ),
    Kind.ADVOCATE_APPROVED: Template(
        sms=T("Ikirego: your bar number is confirmed. You can now act as an advocate. Sign in to begin."),
        title=T("You can now act as an advocate"),
        body=(T("Your bar number is confirmed. From now on you can file for others."),),
    ),
    Kind.ADVOCATE_REFUSED: Template(
        sms=T("Ikirego: your bar number could not be confirmed. Sign in to read why and to ask again."),
        title=T("Your bar number could not be confirmed"),
        body=(
            T("The page of your request gives the reason. Put it right there and ask again."),
            T("You can go on filing for yourself. Questions: call %(phone)s."),
        ),
        action=T("Read the reason"),
    ),
}
