"""Signing in and out."""

from flask import redirect, request
from werkzeug.wrappers import Response

from app.accounts import enrolment, flows, service
from app.accounts.forms import CodeForm, SignInForm
from app.accounts.queries import SignedInPerson
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.views.blueprint import bp, page, vault
from app.accounts.views.browser import (
    admit,
    flow_token,
    next_path,
    switched_language,
    visitor,
    without_session,
)
from app.core.errors import Problem
from app.core.language import T
from app.web.access import person, public
from app.web.transactions import now, reading, received_at, writing

WRONG_SIGN_IN = T("The mobile number, e-mail address or password is not right. Check them and try again.")
WRONG_FACTOR = T("This code is not right or was already used. Wait for the next one in your app, then type it.")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Contact and password. A wrong one of either gets the same answer."""
    if request.method == "GET" and person() is not None:
        return redirect(next_path() or "/", 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return page("sign_in.html", form, next=next_path())
    with writing() as session:
        command = form.to_command(switched_language(), next_path())
        outcome = service.sign_in(session, vault(), command, visitor(), at=received_at())
    if outcome is None:
        form.refuse([Problem("contact", WRONG_SIGN_IN)])
        return page("sign_in.html", form, next=next_path())
    _leave_present_session()
    return admit(outcome, next_path())


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
def second_factor() -> Response:
    """The code of the authenticator app."""
    return _factor_page("second_factor.html")


@bp.route("/sign-in/enrol", methods=["GET", "POST"])
@public
def enrol() -> Response:
    """The first code of an authenticator app, which ties it to the account."""
    return _factor_page("enrol.html")


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session."""
    _leave_present_session()
    return without_session(redirect("/", 303))


def _factor_page(template: str) -> Response:
    form, token = CodeForm(), flow_token(FlowPurpose.SIGN_IN)
    flow = flows.look_at(reading(), token, FlowPurpose.SIGN_IN, FlowStep.STARTED, at=now())
    if (flow.totp_secret is None) != (template == "second_factor.html"):
        raise flows.FlowOver(FlowPurpose.SIGN_IN)
    if form.validate_on_submit():
        with writing() as session:
            opened = service.second_factor(session, vault(), token, form.code.data, visitor(), at=received_at())
        if opened is not None:
            return admit(opened, flow.next_path)
        form.refuse([Problem("code", WRONG_FACTOR)])
        # After the fifth wrong code the road has ended.
        flows.look_at(reading(), token, FlowPurpose.SIGN_IN, FlowStep.STARTED, at=now())
    app = enrolment.authenticator(reading(), vault(), flow) if flow.totp_secret else None
    return page(template, form, app=app)


def _leave_present_session() -> None:
    found = person()
    if isinstance(found, SignedInPerson):
        with writing() as session:
            service.end_session(session, found.actor, found.session_id, at=received_at())
