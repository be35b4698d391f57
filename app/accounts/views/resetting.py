"""A forgotten password: contact, code, new password."""

from flask import redirect
from werkzeug.wrappers import Response

from app.accounts import flows, service
from app.accounts.forms import ContactForm, NewPasswordForm
from app.accounts.service import PasswordRefused, ResetPassword
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.views.blueprint import bp, page, vault
from app.accounts.views.browser import admit, flow_token, keep_flow, next_path, visitor
from app.accounts.views.registering import another_code, code_page
from app.core.language import language
from app.web.access import public
from app.web.transactions import now, reading, received_at, writing


@bp.route("/reset", methods=["GET", "POST"])
@public
def reset() -> Response:
    """The contact; the answer is the same whether or not it has an account."""
    form = ContactForm()
    if not form.validate_on_submit():
        return page("reset.html", form, next=next_path())
    with writing() as session:
        command = ResetPassword(contact=form.contact.data, locale=language(), next_path=next_path())
        token = service.begin_reset(session, vault(), command, visitor(), at=received_at())
    keep_flow(FlowPurpose.RESET, token)
    return redirect("/reset/code", 303)


@bp.route("/reset/code", methods=["GET", "POST"])
@public
def reset_code() -> Response:
    """The code that was sent."""
    return code_page(FlowPurpose.RESET, "/reset/code/again", "/reset/password")


@bp.post("/reset/code/again")
@public
def reset_code_again() -> Response:
    """Another code."""
    return another_code(FlowPurpose.RESET, "/reset/code")


@bp.route("/reset/password", methods=["GET", "POST"])
@public
def reset_password() -> Response:
    """The new password; other sessions end, and the person is signed in as after a password."""
    form, token = NewPasswordForm(), flow_token(FlowPurpose.RESET)
    flow = flows.look_at(reading(), token, FlowPurpose.RESET, FlowStep.PROVEN, at=now())
    if not form.validate_on_submit():
        return page("new_password.html", form, reset=True)
    try:
        with writing() as session:
            outcome = service.finish_reset(session, vault(), token, form.password.data, visitor(), at=received_at())
    except PasswordRefused as refusal:
        form.refuse(refusal.problems)
        return page("new_password.html", form, reset=True)
    return admit(outcome, flow.next_path)
