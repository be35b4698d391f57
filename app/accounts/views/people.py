"""The administrator's pages: who works for the courts, and at which one."""

from uuid import UUID

from flask import current_app, flash, redirect, request
from werkzeug.wrappers import Response

from app.accounts import account_queries, service
from app.accounts.contacts import shown
from app.accounts.forms import ROLE_NAMES, ContactForm, GrantForm
from app.accounts.policies import grants_roles
from app.accounts.roles import Role
from app.accounts.service import GrantRole
from app.accounts.views.blueprint import bp, page, vault
from app.core.errors import Conflict, Invalid, Problem
from app.core.ids import PersonId
from app.core.language import T
from app.web.access import actor, requires
from app.web.fields.choices import Choice
from app.web.transactions import reading, received_at, writing

PAGE = 50


def courts() -> list[Choice]:
    """The courts at which staff may work, as (code, name); bound in wiring."""
    return list(current_app.extensions["court_choices"])


@bp.route("/people", methods=["GET", "POST"])
@requires(grants_roles)
def people() -> Response:
    """The staff, newest role first; a person is found by their whole phone number or e-mail address only."""
    form = ContactForm()
    if form.validate_on_submit():
        found = account_queries.person_with(reading(), actor(), form.contact.data)
        if found is not None:
            return redirect(f"/people/{found}", 303)
        form.refuse([Problem("contact", T("No account has this contact. The person must create an account first."))])
    before = request.args.get("before", type=UUID)
    staff = account_queries.staff_members(reading(), actor(), before=before, limit=PAGE + 1)
    older = staff[PAGE - 1].grant_id if len(staff) > PAGE else None
    names = dict(choice[:2] for choice in courts())
    return page("people.html", form, members=staff[:PAGE], older=older, court_names=names, role_names=ROLE_NAMES)


@bp.route("/people/<uuid:person_id>", methods=["GET", "POST"])
@requires(grants_roles)
def managed(person_id: UUID) -> Response:
    """One person: give a role, or see those they have."""
    form = GrantForm()
    form.offer_courts(courts())
    if form.validate_on_submit():
        command = GrantRole(
            person_id=PersonId(person_id), role=Role(form.role.data), court_code=form.court.data or None
        )
        try:
            with writing() as session:
                service.grant_role(session, actor(), command, at=received_at())
        except Invalid as refusal:
            form.refuse(refusal.problems)
        except Conflict as refusal:
            form.refuse([Problem("role", refusal.text)])
        else:
            return _done(person_id, T("The role is given. It acts from the next sign-in."))
    return _person_page(person_id, form)


@bp.post("/people/<uuid:person_id>/roles/<uuid:grant_id>/end")
@requires(grants_roles)
def end_role(person_id: UUID, grant_id: UUID) -> Response:
    """Take a role back."""
    with writing() as session:
        service.end_role(session, actor(), PersonId(person_id), grant_id, at=received_at())
    return _done(person_id, T("The role has ended, and the person is signed out."))


@bp.post("/people/<uuid:person_id>/second-factor/remove")
@requires(grants_roles)
def remove_second_factor(person_id: UUID) -> Response:
    """Take a lost authenticator off."""
    with writing() as session:
        service.remove_second_factor(session, vault(), actor(), PersonId(person_id), at=received_at())
    return _done(person_id, T("The authenticator app is taken off. The person sets up a new one at the next sign-in."))


@bp.post("/people/<uuid:person_id>/close")
@requires(grants_roles)
def close(person_id: UUID) -> Response:
    """Close the account."""
    with writing() as session:
        service.disable_person(session, actor(), PersonId(person_id), at=received_at())
    return _done(person_id, T("The account is closed."))


@bp.post("/people/<uuid:person_id>/open")
@requires(grants_roles)
def reopen(person_id: UUID) -> Response:
    """Open the account again."""
    with writing() as session:
        service.enable_person(session, actor(), PersonId(person_id), at=received_at())
    return _done(person_id, T("The account is open again."))


def _done(person_id: UUID, words: object) -> Response:
    flash(str(words))
    return redirect(f"/people/{person_id}", 303)


def _person_page(person_id: UUID, form: GrantForm) -> Response:
    found = account_queries.managed_account(reading(), actor(), PersonId(person_id))
    return page(
        "person.html",
        form,
        account=found,
        contacts=[shown(contact) for contact in found.contacts.values()],
        court_names=dict(choice[:2] for choice in courts()),
        role_names=ROLE_NAMES,
        myself=actor().person_id == person_id,
    )
