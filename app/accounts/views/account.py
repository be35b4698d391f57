"""One's own account."""

from uuid import UUID

from flask import flash, redirect
from werkzeug.wrappers import Response

from app.accounts import account_queries, flows, service
from app.accounts.contacts import masked, shown
from app.accounts.forms import ROLE_NAMES, AdvocateForm, ChangePasswordForm, CodeForm, NewContactForm, ProfileForm
from app.accounts.refusals import REASONS
from app.accounts.service import ChangePassword, CodeAnswer, SaveProfile
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.views.blueprint import bp, me, page, vault
from app.accounts.views.browser import flow_token, keep_flow, visitor, with_language, with_session
from app.accounts.views.people import courts
from app.accounts.views.registering import WRONG_CODE, another_code
from app.core.errors import Conflict, Invalid, Problem
from app.core.language import OWN_NAMES, T
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, received_at, writing

WRONG_PASSWORD = T("This is not your password. Check it and try again.")


@bp.get("/account")
@requires(signed_in)
def account() -> Response:
    """Everything in one place, each with a link to change it."""
    found = account_queries.my_account(reading(), actor())
    sessions = account_queries.my_sessions(reading(), actor(), at=now())
    return page(
        "account.html",
        account=found,
        contacts={kind.value: shown(contact) for kind, contact in found.contacts.items()},
        language_name=OWN_NAMES[found.locale],
        role_names=ROLE_NAMES,
        court_names=dict(choice[:2] for choice in courts()),
        sessions=sessions,
        here=me().session_id,
    )


@bp.route("/account/profile", methods=["GET", "POST"])
@requires(signed_in)
def profile() -> Response:
    """Name and language."""
    found = account_queries.my_account(reading(), actor())
    form = ProfileForm(data={"name": found.name, "locale": found.locale, "version": str(found.version)})
    if not form.validate_on_submit():
        return page("profile.html", form)
    version = int(form.version.data) if form.version.data.isdecimal() else 0
    with writing() as session:
        command = SaveProfile(name=form.name.data, locale=form.locale.data, version=version)
        service.save_profile(session, actor(), command)
    flash(str(T("Your name and language are saved.")))
    return with_language(redirect("/account", 303), form.locale.data)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(signed_in)
def change_password() -> Response:
    """A new password; this browser goes on under a new session, all others end."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return page("change_password.html", form)
    command = ChangePassword(
        current=form.current.data, new=form.password.data, second_factor=me().second_factor_at is not None
    )
    try:
        with writing() as session:
            opened = service.change_password(session, vault(), actor(), command, visitor(), at=received_at())
    except Invalid as refusal:
        form.refuse(refusal.problems)
        return page("change_password.html", form)
    if opened is None:
        form.refuse([Problem("current", WRONG_PASSWORD)])
        return page("change_password.html", form)
    flash(str(T("Your password is changed. All other browsers are signed out.")))
    return with_session(redirect("/account", 303), opened)


@bp.route("/account/contact", methods=["GET", "POST"])
@requires(signed_in)
def contact() -> Response:
    """A new phone number or e-mail address."""
    form = NewContactForm()
    if not form.validate_on_submit():
        return page("contact.html", form)
    with writing() as session:
        right = service.check_password(session, vault(), actor(), form.current.data, visitor(), at=received_at())
        token = right and service.begin_contact(
            session, vault(), actor(), form.contact.data, visitor(), at=received_at()
        )
    if not token:
        form.refuse([Problem("current", WRONG_PASSWORD)])
        return page("contact.html", form)
    keep_flow(FlowPurpose.CONTACT, token)
    return redirect("/account/contact/code", 303)


@bp.route("/account/contact/code", methods=["GET", "POST"])
@requires(signed_in)
def contact_code() -> Response:
    """The code that was sent to the new contact."""
    form, token = CodeForm(), flow_token(FlowPurpose.CONTACT)
    if form.validate_on_submit():
        with writing() as session:
            answer = service.prove_new_contact(session, vault(), actor(), token, form.code.data, at=received_at())
        if answer is CodeAnswer.RIGHT:
            flash(str(T("Your contact is saved.")))
            return redirect("/account", 303)
        form.refuse([Problem("code", WRONG_CODE[answer])])
    flow = flows.look_at(reading(), token, FlowPurpose.CONTACT, FlowStep.STARTED, at=now())
    sent_to = masked(flow.contact) if flow.contact else ""
    return page("code.html", form, again="/account/contact/code/again", sent_to=sent_to)


@bp.post("/account/contact/code/again")
@requires(signed_in)
def contact_code_again() -> Response:
    """Another code."""
    return another_code(FlowPurpose.CONTACT, "/account/contact/code")


@bp.post("/account/sessions/<uuid:session_id>/end")
@requires(signed_in)
def end_session(session_id: UUID) -> Response:
    """Sign another browser out."""
    with writing() as session:
        service.end_session(session, actor(), session_id, at=received_at())
    flash(str(T("That browser is signed out.")))
    return redirect("/account", 303)


@bp.post("/account/sessions/end-others")
@requires(signed_in)
def end_other_sessions() -> Response:
    """Sign all other browsers out."""
    with writing() as session:
        service.end_other_sessions(session, actor(), me().session_id, at=received_at())
    flash(str(T("All other browsers are signed out.")))
    return redirect("/account", 303)


@bp.route("/account/advocate", methods=["GET", "POST"])
@requires(signed_in)
def advocate() -> Response:
    """Ask to act here as an advocate."""
    form = AdvocateForm()
    if not form.validate_on_submit():
        return _advocate_page(form)
    try:
        with writing() as session:
            service.apply_as_advocate(session, actor(), form.bar_number.data, at=received_at())
    except Conflict as refusal:
        form.refuse([Problem("bar_number", refusal.text)])
        return _advocate_page(form)
    flash(str(T("Your request is with the court. You will be told when it is decided.")))
    return redirect("/account", 303)


def _advocate_page(form: AdvocateForm) -> Response:
    return page("advocate.html", form, refusal=account_queries.my_refusal(reading(), actor()), reasons=REASONS)
