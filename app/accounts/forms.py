"""The forms of this room. A form knows its own fields and nothing else: whatever more is posted is not looked at."""

from typing import Any

from wtforms.validators import ValidationError

from app.accounts.contacts import Contact, read_contact, shown
from app.accounts.registration import Register
from app.accounts.roles import STAFF, Role
from app.accounts.sign_in import SignIn
from app.core.language import LANGUAGES, OWN_NAMES, T
from app.web.fields import ChoiceField, CodeField, Form, HiddenField, PasswordField, StrictField, TextField
from app.web.fields.choices import Choice

_LANGUAGES = [(code, OWN_NAMES[code]) for code in LANGUAGES]

ROLE_NAMES = {
    Role.LITIGANT: T("Litigant"),
    Role.ADVOCATE: T("Advocate"),
    Role.REGISTRAR: T("Registrar"),
    Role.CHIEF_REGISTRAR: T("Chief registrar"),
    Role.JUDGE: T("Judge"),
    Role.CASHIER: T("Cashier"),
    Role.ACCOUNTANT: T("Accountant"),
    Role.ADMINISTRATOR: T("Administrator"),
}


class ContactField(StrictField):
    """A mobile number or an e-mail address, in whatever way it is typed. `data` is a Contact, or None."""

    autocomplete = "username"

    def read(self, text: str) -> Contact:
        """The contact; raises ValueError when it is neither."""
        contact = read_contact(text)
        if contact is None:
            raise ValueError(
                T("Enter a mobile number, like 0788 123 456, or an e-mail address, like name@example.com.")
            )
        return contact

    def show(self, value: Any) -> str:
        """The contact as people write it."""
        return shown(value) if value else ""


class RegisterForm(Form):
    """Who wants an account."""

    name = TextField(T("Your name"), required=T("Enter your name."), most=200)
    contact = ContactField(
        T("Your mobile number or e-mail address"), required=T("Enter your mobile number or your e-mail address.")
    )
    locale = ChoiceField(T("Language of your messages"), choices=_LANGUAGES, required=T("Choose a language."))

    def to_command(self, next_path: str | None) -> Register:
        """The command that the form stands for."""
        return Register(name=self.name.data, contact=self.contact.data, locale=self.locale.data, next_path=next_path)


class SignInForm(Form):
    """Who signs in."""

    contact = ContactField(
        T("Mobile number or e-mail address"), required=T("Enter your mobile number or your e-mail address.")
    )
    password = PasswordField(T("Password"), required=T("Enter your password."))

    def to_command(self, locale: str | None, next_path: str | None) -> SignIn:
        """The command that the form stands for."""
        return SignIn(contact=self.contact.data, password=self.password.data, locale=locale, next_path=next_path)


class CodeForm(Form):
    """A code that was sent, or that an authenticator app shows."""

    code = CodeField(T("Code"), required=T("Enter the code."))


class NewPasswordForm(Form):
    """A password that is being chosen, typed twice: without scripts nobody can look at what they type."""

    password = PasswordField(T("New password"), new=True, required=T("Enter a password."), most=1000)
    again = PasswordField(T("The same password again"), new=True, required=T("Type the password again."), most=1000)

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(T("The two passwords are not the same. Type both again."))


class ChangePasswordForm(NewPasswordForm):
    """A new password in place of one that is known."""

    current = PasswordField(T("Your password now"), required=T("Enter your password."))


class ContactForm(Form):
    """One's first contact, for a forgotten password; or a new one."""

    contact = ContactField(
        T("Mobile number or e-mail address"), required=T("Enter your mobile number or your e-mail address.")
    )


class NewContactForm(Form):
    """A new way to be reached, with the password as the proof that it is oneself."""

    contact = ContactField(
        T("New mobile number or e-mail address"), required=T("Enter your mobile number or your e-mail address.")
    )
    current = PasswordField(T("Your password"), required=T("Enter your password."))


class ProfileForm(Form):
    """Name and language."""

    name = TextField(T("Your name"), required=T("Enter your name."), most=200)
    locale = ChoiceField(T("Language of your messages"), choices=_LANGUAGES, required=T("Choose a language."))
    version = HiddenField(most=10)


class AdvocateForm(Form):
    """An advocate who wants to act for others here."""

    bar_number = TextField(T("Your bar number"), required=T("Enter your bar number."), most=40)


class GrantForm(Form):
    """A role for a member of the court's staff."""

    role = ChoiceField(
        T("Role"),
        choices=[(role.value, ROLE_NAMES[role]) for role in Role if role in STAFF],
        required=T("Choose a role."),
    )
    court = ChoiceField(T("Court"))

    def offer_courts(self, courts: list[Choice]) -> None:
        """The courts to choose from."""
        self.court.choices = courts
