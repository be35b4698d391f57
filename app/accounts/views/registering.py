"""Making an account: name and contact, code, password."""

from flask import flash, redirect
from werkzeug.wrappers import Response

from app.accounts import flows, service
from app.accounts.contacts import masked
from app.accounts.forms import CodeForm, NewPasswordForm, RegisterForm
from app.accounts.service import CodeAnswer, PasswordRefused
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.views.blueprint import bp, page, vault
from app.accounts.views.browser import admit, flow_token, keep_flow, next_path, visitor
from app.core.errors import Problem
from app.core.language import T, language
from app.web.access import public
from app.web.transactions import now, reading, received_at, writing

WRONG_CODE = {
    CodeAnswer.WRONG: T("This code is not right. Look at the message again and type its six digits."),
    CodeAnswer.RUN_OUT: T("This code no longer works. Ask for a new one."),
}


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> Response:
    """Name, contact and language; the answer is the same whether or not the contact is known."""
    form = RegisterForm(locale=language())
    if not form.validate_on_submit():
        return page("register.html", form, next=next_path())
    with writing() as session:
        command = form.to_command(next_path())
        token = service.begin_registration(session, vault(), command, visitor(), at=received_at())
    keep_flow(FlowPurpose.REGISTER, token)
    return redirect("/register/code", 303)


@bp.route("/register/code", methods=["GET", "POST"])
@public
def register_code() -> Response:
    """The code that was sent."""
    return code_page(FlowPurpose.REGISTER, "/register/code/again", "/register/password")


@bp.post("/register/code/again")
@public
def register_code_again() -> Response:
    """Another code."""
    return another_code(FlowPurpose.REGISTER, "/register/code")


@bp.route("/register/password", methods=["GET", "POST"])
@public
def register_password() -> Response:
    """The password; with it the account exists and the person is signed in."""
    form, token = NewPasswordForm(), flow_token(FlowPurpose.REGISTER)
    flow = flows.look_at(reading(), token, FlowPurpose.REGISTER, FlowStep.PROVEN, at=now())
    if not form.validate_on_submit():
        return page("new_password.html", form)
    try:
        with writing() as session:
            opened = service.finish_registration(session, token, form.password.data, visitor(), at=received_at())
    except PasswordRefused as refusal:
        form.refuse(refusal.problems)
        return page("new_password.html", form)
    admitted = admit(opened, flow.next_path)
    flash(str(T("Your account is open, and you are signed in.")))
    return admitted


def code_page(purpose: FlowPurpose, again: str, then: str) -> Response:
    """A page that asks for the code of a flow, and goes to `then` when it is right."""
    form, token = CodeForm(), flow_token(purpose)
    if form.validate_on_submit():
        with writing() as session:
            answer = service.prove_contact(session, vault(), token, purpose, form.code.data, at=received_at())
        if answer is CodeAnswer.RIGHT:
            return redirect(then, 303)
        form.refuse([Problem("code", WRONG_CODE[answer])])
    flow = flows.look_at(reading(), token, purpose, FlowStep.STARTED, at=now())
    return page("code.html", form, again=again, sent_to=masked(flow.contact) if flow.contact else "")


def another_code(purpose: FlowPurpose, back: str) -> Response:
    """Send a new code, and go back to the page that asks for it."""
    with writing() as session:
        service.send_another_code(session, vault(), flow_token(purpose), purpose, visitor(), at=received_at())
    return redirect(f"{back}?sent=again", 303)
