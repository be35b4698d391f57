"""Who stands behind a cookie."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.accounts import flows, service
from app.accounts.flows import NewFlow
from app.accounts.models import PersonRow, RoleGrantRow
from app.accounts.queries import SignedInPerson, load_person
from app.accounts.roles import Role
from app.accounts.sessions import end_all_sessions, end_session, open_session, token_hash, touch
from app.accounts.status import FlowPurpose, GrantState
from app.accounts.vault import Vault
from app.core.actor import SYSTEM, Grant
from app.core.db import Database
from tests.builders.people import MadePerson, make_advocate, make_person, make_staff
from tests.conftest import NOON


def sign_in(session: Session, who: MadePerson, *, second_factor: bool = False) -> str:
    row = session.get_one(PersonRow, who.id)
    return open_session(session, row, browser="Test", second_factor=second_factor, at=NOON).token


def loaded(session: Session, token: str, after: timedelta = timedelta()) -> SignedInPerson | None:
    return load_person(session, token, at=NOON + after)


def test_one_statement_loads_the_person_and_tells_postgresql_the_actor(session: Session) -> None:
    who = make_advocate(session)
    token = sign_in(session, who)
    statements: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *a: statements.append(a[2]))

    found = loaded(session, token)

    assert found is not None
    assert (found.id, found.name, found.locale) == (who.id, who.name, "en")
    assert found.actor.grants == {Grant("litigant"), Grant("advocate")}
    assert len(statements) == 1
    assert session.execute(text("select current_setting('app.actor')")).scalar() == str(who.id)


def test_it_runs_in_a_read_only_transaction(fresh_database: Database) -> None:
    with fresh_database.transaction(SYSTEM) as session:
        token = sign_in(session, make_person(session))
    with fresh_database.reading() as session:
        assert loaded(session, token) is not None


@pytest.mark.parametrize("token", ["", "x", "\udcff", "' or 1=1 --", "a" * 5000])
def test_an_unknown_token_is_nobody(session: Session, token: str) -> None:
    make_person(session)
    assert loaded(session, token) is None
    assert session.execute(text("select current_setting('app.actor')")).scalar() == "anonymous"


def test_the_token_itself_is_not_kept(session: Session) -> None:
    token = sign_in(session, make_person(session))
    row = session.execute(text("select to_jsonb(s)::text from web_session s")).scalar_one()
    assert token not in row


def test_a_session_ends_when_it_is_idle_for_two_hours(session: Session) -> None:
    token = sign_in(session, make_person(session))
    assert loaded(session, token, timedelta(minutes=119)) is not None
    assert loaded(session, token, timedelta(minutes=120)) is None


def test_a_session_of_staff_ends_when_it_is_idle_for_half_an_hour(session: Session) -> None:
    token = sign_in(session, make_staff(session), second_factor=True)
    assert loaded(session, token, timedelta(minutes=29)) is not None
    assert loaded(session, token, timedelta(minutes=30)) is None


def test_a_session_in_use_lives_on_but_never_longer_than_twelve_hours(session: Session) -> None:
    token = sign_in(session, make_person(session))
    found = loaded(session, token)
    assert found is not None
    for hours in range(1, 12):
        touch(session, found.session_id, at=NOON + timedelta(hours=hours))
    assert loaded(session, token, timedelta(hours=11, minutes=59)) is not None
    assert loaded(session, token, timedelta(hours=12)) is None


def test_staff_roles_count_only_after_the_second_factor(session: Session) -> None:
    who = make_staff(session, Role.REGISTRAR, "TGI-NYGE")
    half = loaded(session, sign_in(session, who))
    whole = loaded(session, sign_in(session, who, second_factor=True))
    assert half is not None
    assert half.actor.grants == {Grant("litigant")}
    assert whole is not None
    assert whole.actor.has("registrar", "TGI-NYGE")
    assert not whole.actor.has("registrar", "TGI-HUYE")


def test_an_ended_role_is_gone_with_the_next_request(session: Session) -> None:
    who = make_advocate(session)
    token = sign_in(session, who)
    grant = session.query(RoleGrantRow).filter_by(person_id=who.id).one()
    grant.move_to(GrantState.ENDED)
    session.flush()
    found = loaded(session, token)
    assert found is not None
    assert not found.actor.has("advocate")


def test_a_closed_account_is_nobody(session: Session) -> None:
    who = make_person(session)
    token = sign_in(session, who)
    session.get_one(PersonRow, who.id).disabled_at = NOON
    session.flush()
    assert loaded(session, token) is None


def test_one_can_end_only_ones_own_session(session: Session) -> None:
    mine, theirs = make_person(session), make_person(session)
    token = sign_in(session, theirs)
    found = loaded(session, token)
    assert found is not None
    end_session(session, mine.actor, found.session_id, at=NOON)
    assert loaded(session, token) is not None
    end_session(session, theirs.actor, found.session_id, at=NOON)
    assert loaded(session, token) is None


def test_ending_all_sessions_ends_each(session: Session) -> None:
    who = make_person(session)
    tokens = [sign_in(session, who) for _ in range(3)]
    end_all_sessions(session, SYSTEM, who.id, at=NOON)
    assert [loaded(session, token) for token in tokens] == [None, None, None]


def test_old_sessions_and_flows_are_swept_and_live_ones_are_not(session: Session) -> None:
    old, new = sign_in(session, make_person(session)), sign_in(session, make_person(session))
    session.execute(
        text("update web_session set expires_at = :at where token_hash = :hash"),
        {"at": NOON - timedelta(days=31), "hash": token_hash(old)},
    )
    flow, _ = flows.start(session, NewFlow(purpose=FlowPurpose.RESET, locale="en"), at=NOON)
    flows.issue_code(session, Vault("a-key-for-tests-only-of-enough-length"), flow, at=NOON)
    session.flush()
    service.forget_old_sessions(session, NOON)
    service.forget_old_flows(session, NOON)
    assert loaded(session, new) is not None
    assert session.execute(text("select count(*) from web_session")).scalar() == 1
    assert session.execute(text("select count(*) from one_time_code")).scalar() == 1
    service.forget_old_flows(session, NOON + timedelta(days=2))
    assert session.execute(text("select count(*) from one_time_code")).scalar() == 0
