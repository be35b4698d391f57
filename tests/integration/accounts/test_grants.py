"""Roles: who gives them, who decides on advocates, and what is told."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.account_queries import my_account
from app.accounts.contacts import Contact, ContactKind
from app.accounts.events import (
    AdvocateApplied,
    AdvocateApproved,
    AdvocateRefused,
    RoleEnded,
    RoleGranted,
    SessionsEnded,
)
from app.accounts.flows import FlowOver
from app.accounts.grants import AlreadyDecided, AlreadyHeld, BarNumberTaken, GrantRole, NotYourOwn, RefuseAdvocate
from app.accounts.importing import ImportPerson, OnlyTheSystem
from app.accounts.models import PersonRow, RoleGrantRow, WebSessionRow
from app.accounts.profile import AlreadyAsked
from app.accounts.queries import contact_points, load_person, person_card, staff_of, waiting_advocates
from app.accounts.refusals import RefusalReason
from app.accounts.registration import ContactTaken
from app.accounts.roles import Role
from app.accounts.sessions import open_session
from app.accounts.sign_in import SecondFactorDue
from app.accounts.vault import Vault
from app.accounts.visitor import Visitor
from app.core.actor import ANONYMOUS, SYSTEM, Actor, Grant
from app.core.errors import Absent, Conflict
from app.core.events import Event, events_of
from app.core.ids import PersonId, new_id
from tests.builders.people import PASSWORD, TOTP_SECRET, MadePerson, make_advocate, make_person, make_staff
from tests.builders.settings import ENVIRON
from tests.conftest import NOON

VAULT = Vault(ENVIRON["SECRET_KEY"])
VISITOR = Visitor(network="41.186.1.0/24", browser="Test")


def happened(session: Session, who: MadePerson) -> list[Event]:
    return [recorded.event for recorded in events_of(session, [who.id])]


def live_sessions(session: Session, who: MadePerson) -> int:
    rows = session.execute(select(WebSessionRow).where(WebSessionRow.person_id == who.id)).scalars()
    return sum(row.ended_at is None for row in rows)


def signed_in(session: Session, who: MadePerson) -> str:
    row = session.get_one(PersonRow, who.id)
    return open_session(session, row, browser="Test", second_factor=bool(who.totp_secret), at=NOON).token


def grant_of(session: Session, who: MadePerson) -> UUID:
    return session.execute(select(RoleGrantRow.id).where(RoleGrantRow.person_id == who.id)).scalar_one()


def refuse(session: Session, actor: Actor, grant_id: UUID, *, at: datetime) -> None:
    """As the page does, with a reason."""
    command = RefuseAdvocate(grant_id=grant_id, reason=RefusalReason.NOT_IN_ROLL, words="Look at your bar card.")
    service.refuse_advocate(session, actor, command, at=at)


def applied(session: Session, number: str = "RBA/1") -> MadePerson:
    who = make_person(session)
    service.apply_as_advocate(session, who.actor, number, at=NOON)
    return who


def test_a_grant_is_told_ends_sessions_and_shows_in_the_card(session: Session) -> None:
    admin, who = make_staff(session, Role.ADMINISTRATOR), make_person(session)
    token = signed_in(session, who)
    command = GrantRole(person_id=who.id, role=Role.REGISTRAR, court_code="TGI-NYGE")
    grant_id = service.grant_role(session, admin.actor, command, at=NOON)
    assert load_person(session, token, at=NOON) is None
    assert person_card(session, who.id).roles == {Grant("registrar", "TGI-NYGE")}
    assert happened(session, who)[1:] == [
        SessionsEnded(person_id=who.id, number=1),
        RoleGranted(person_id=who.id, grant_id=grant_id, role=Role.REGISTRAR, court_code="TGI-NYGE"),
    ]


def test_a_role_that_ends_acts_at_once_in_every_open_session(session: Session) -> None:
    admin, judge = make_staff(session, Role.ADMINISTRATOR), make_staff(session, Role.JUDGE)
    token = signed_in(session, judge)
    service.end_role(session, admin.actor, judge.id, grant_of(session, judge), at=NOON)
    assert load_person(session, token, at=NOON) is None
    assert RoleEnded(
        person_id=judge.id, grant_id=grant_of(session, judge), role=Role.JUDGE, court_code="TGI-NYGE"
    ) in happened(session, judge)
    assert staff_of(session, "TGI-NYGE", [Role.JUDGE]) == ()


def test_a_half_sign_in_from_before_a_role_changed_leads_nowhere(session: Session) -> None:
    admin, judge = make_staff(session, Role.ADMINISTRATOR), make_staff(session, Role.JUDGE)
    contact = Contact(ContactKind.PHONE, judge.phone or "")
    half = service.sign_in(session, VAULT, service.SignIn(contact=contact, password=PASSWORD), VISITOR, at=NOON)
    assert isinstance(half, SecondFactorDue)
    service.end_role(session, admin.actor, judge.id, grant_of(session, judge), at=NOON)
    with pytest.raises(FlowOver):
        service.second_factor(session, VAULT, half.token, "123456", VISITOR, at=NOON)


def test_a_role_ends_once(session: Session) -> None:
    admin, judge = make_staff(session, Role.ADMINISTRATOR), make_staff(session, Role.JUDGE)
    grant_id = grant_of(session, judge)
    service.end_role(session, admin.actor, judge.id, grant_id, at=NOON)
    with pytest.raises(Conflict):
        service.end_role(session, admin.actor, judge.id, grant_id, at=NOON)


def test_a_grant_is_ended_only_under_its_own_person(session: Session) -> None:
    admin, judge, other = make_staff(session, Role.ADMINISTRATOR), make_staff(session, Role.JUDGE), make_person(session)
    with pytest.raises(Absent):
        service.end_role(session, admin.actor, other.id, grant_of(session, judge), at=NOON)


def test_a_role_can_be_held_at_two_courts_and_given_anew_after_it_ended(session: Session) -> None:
    admin, who = make_staff(session, Role.ADMINISTRATOR), make_person(session)
    here = GrantRole(person_id=who.id, role=Role.JUDGE, court_code="TGI-NYGE")
    there = GrantRole(person_id=who.id, role=Role.JUDGE, court_code="HC-KIG")
    first = service.grant_role(session, admin.actor, here, at=NOON)
    service.grant_role(session, admin.actor, there, at=NOON)
    with pytest.raises(AlreadyHeld):
        service.grant_role(session, admin.actor, here, at=NOON)
    service.end_role(session, admin.actor, who.id, first, at=NOON)
    service.grant_role(session, admin.actor, here, at=NOON)
    assert staff_of(session, "TGI-NYGE", [Role.JUDGE]) == (who.id,)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_gives_a_role(session: Session, role: Role) -> None:
    who = make_person(session)
    actor = {
        Role.LITIGANT: lambda: make_person(session).actor,
        Role.ADVOCATE: lambda: make_advocate(session).actor,
    }.get(role, lambda: make_staff(session, role).actor)()
    with pytest.raises(Absent):
        service.grant_role(session, actor, GrantRole(person_id=who.id, role=Role.ADMINISTRATOR), at=NOON)
    assert person_card(session, who.id).roles == frozenset()


def test_an_application_waits_and_is_seen_by_those_who_decide_only(session: Session) -> None:
    who, registrar = applied(session, "RBA/77"), make_staff(session)
    (waiting,) = waiting_advocates(session, registrar.actor)
    assert (waiting.person_id, waiting.name, waiting.bar_number) == (who.id, who.name, "RBA/77")
    for actor in (ANONYMOUS, who.actor, make_staff(session, Role.JUDGE).actor):
        assert waiting_advocates(session, actor) == ()
    assert AdvocateApplied(person_id=who.id, grant_id=waiting.grant_id) in happened(session, who)
    assert person_card(session, who.id).roles == frozenset()


def test_an_approved_applicant_is_an_advocate_from_the_next_sign_in(session: Session) -> None:
    who, registrar = applied(session), make_staff(session)
    token = signed_in(session, who)
    service.approve_advocate(session, registrar.actor, grant_of(session, who), at=NOON)
    assert load_person(session, token, at=NOON) is None
    found = load_person(session, signed_in(session, who), at=NOON)
    assert found is not None
    assert found.actor.has("advocate")
    assert AdvocateApproved(person_id=who.id, grant_id=grant_of(session, who)) in happened(session, who)
    assert waiting_advocates(session, registrar.actor) == ()


def test_a_refused_applicant_may_ask_again(session: Session) -> None:
    who, registrar = applied(session), make_staff(session)
    first = grant_of(session, who)
    refuse(session, registrar.actor, first, at=NOON)
    assert AdvocateRefused(person_id=who.id, grant_id=first) in happened(session, who)
    service.apply_as_advocate(session, who.actor, "RBA/2", at=NOON)
    assert len(waiting_advocates(session, registrar.actor)) == 1


@pytest.mark.parametrize("first", [service.approve_advocate, refuse])
@pytest.mark.parametrize("second", [service.approve_advocate, refuse])
def test_an_application_is_decided_once(
    session: Session, first: Callable[..., None], second: Callable[..., None]
) -> None:
    who, registrar = applied(session), make_staff(session)
    grant_id = grant_of(session, who)
    first(session, registrar.actor, grant_id, at=NOON)
    before = person_card(session, who.id).roles
    with pytest.raises(AlreadyDecided):
        second(session, registrar.actor, grant_id, at=NOON)
    assert person_card(session, who.id).roles == before


def test_one_asks_once_at_a_time(session: Session) -> None:
    who = applied(session)
    with pytest.raises(AlreadyAsked):
        service.apply_as_advocate(session, who.actor, "RBA/9", at=NOON)


def test_a_bar_number_belongs_to_one_advocate(session: Session) -> None:
    make_advocate(session, bar_number="RBA/1")
    who, registrar = applied(session, "RBA/1"), make_staff(session)
    with pytest.raises(BarNumberTaken):
        service.approve_advocate(session, registrar.actor, grant_of(session, who), at=NOON)


@pytest.mark.parametrize("decide", [service.approve_advocate, refuse])
def test_neither_the_applicant_nor_a_stranger_decides(session: Session, decide: Callable[..., None]) -> None:
    who = applied(session)
    grant_id = grant_of(session, who)
    for actor in (who.actor, ANONYMOUS, make_advocate(session).actor, make_staff(session, Role.JUDGE).actor):
        with pytest.raises(Absent):
            decide(session, actor, grant_id, at=NOON)
    with pytest.raises(NotYourOwn):
        decide(
            session,
            Actor(kind=who.actor.kind, person_id=who.id, grants=make_staff(session).actor.grants),
            grant_id,
            at=NOON,
        )


@pytest.mark.parametrize("decide", [service.approve_advocate, refuse])
def test_a_staff_role_is_no_application(session: Session, decide: Callable[..., None]) -> None:
    registrar, judge = make_staff(session), make_staff(session, Role.JUDGE)
    with pytest.raises(Absent):
        decide(session, registrar.actor, grant_of(session, judge), at=NOON)


def test_staff_of_names_those_at_the_court_and_no_closed_account(session: Session) -> None:
    here, there = make_staff(session), make_staff(session, court="HC-KIG")
    closed = make_staff(session)
    session.get_one(PersonRow, closed.id).disabled_at = NOON
    session.flush()
    assert staff_of(session, "TGI-NYGE", [Role.REGISTRAR, Role.CHIEF_REGISTRAR]) == (here.id,)
    assert staff_of(session, "HC-KIG", [Role.REGISTRAR]) == (there.id,)
    assert staff_of(session, "TGI-NYGE", []) == ()


def test_contact_points_come_for_many_at_once(session: Session) -> None:
    one = make_person(session, email="one@example.com", locale="fr")
    two = make_person(session, phone=None)
    found = contact_points(session, [one.id, two.id, PersonId(new_id())])
    assert set(found) == {one.id, two.id}
    assert (found[one.id].phone, found[one.id].email, found[one.id].locale) == (one.phone, "one@example.com", "fr")
    assert (found[two.id].phone, found[two.id].email) == (None, None)
    assert contact_points(session, []) == {}


def importable(**changes: object) -> ImportPerson:
    facts: dict[str, object] = {
        "name": "Mukamana Diane",
        "locale": "rw",
        "contacts": (Contact(ContactKind.PHONE, "+250788123456"), Contact(ContactKind.EMAIL, "diane@example.com")),
        "password": "demo",
        "roles": frozenset({Grant(Role.REGISTRAR, "TGI-NYGE"), Grant(Role.ADVOCATE)}),
        "bar_number": "RBA/5",
        "totp_secret": TOTP_SECRET,
    }
    return ImportPerson(**{**facts, **changes})  # type: ignore[arg-type]


def test_the_system_brings_in_a_whole_person(session: Session) -> None:
    person_id = service.import_person(session, VAULT, SYSTEM, importable(), at=NOON)
    card = person_card(session, person_id)
    assert (card.name, card.locale, card.phone, card.email) == (
        "Mukamana Diane", "rw", "+250788123456", "diane@example.com",
    )  # fmt: skip
    assert card.roles == {Grant("registrar", "TGI-NYGE"), Grant("advocate")}
    contact = Contact(ContactKind.EMAIL, "diane@example.com")
    outcome = service.sign_in(session, VAULT, service.SignIn(contact=contact, password="demo"), VISITOR, at=NOON)
    assert isinstance(outcome, SecondFactorDue)
    assert not outcome.enrol


def test_nobody_but_the_system_brings_people_in(session: Session) -> None:
    admin = make_staff(session, Role.ADMINISTRATOR)
    for actor in (ANONYMOUS, admin.actor):
        with pytest.raises(OnlyTheSystem):
            service.import_person(session, VAULT, actor, importable(), at=NOON)


def test_a_person_who_is_there_already_is_a_plain_refusal(session: Session) -> None:
    make_person(session, phone="+250788123456")
    with pytest.raises(ContactTaken):
        service.import_person(session, VAULT, SYSTEM, importable(), at=NOON)


@pytest.mark.parametrize("roles", [{Grant(Role.JUDGE)}, {Grant(Role.ADMINISTRATOR, "HC-KIG")}, {Grant("king")}])
def test_roles_that_make_no_sense_are_not_brought_in(session: Session, roles: set[Grant]) -> None:
    with pytest.raises(ValueError, match=r"court|king"):
        service.import_person(session, VAULT, SYSTEM, importable(roles=frozenset(roles)), at=NOON)


def test_an_account_lists_roles_that_wait_or_are_held(session: Session) -> None:
    who = applied(session, "RBA/3")
    (held,) = my_account(session, who.actor).roles
    assert (held.role, held.bar_number, held.state) == (Role.ADVOCATE, "RBA/3", "pending")
    assert live_sessions(session, who) == 0
