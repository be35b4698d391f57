"""Fee schedules on real PostgreSQL: four eyes, nothing backwards, and nothing changes once it is approved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.actor import Actor, Grant, person
from app.core.db import Database
from app.core.errors import Absent, Forbidden, Invalid
from app.core.events import events_of
from app.core.ids import PersonId, new_id
from app.courts.schedules import queries, service
from app.courts.schedules.ids import ScheduleId
from app.courts.schedules.rules import Content
from app.courts.schedules.service import ChangeDraft
from app.courts.schedules.status import ScheduleStatus
from tests.builders.fees import ACCOUNTANT, ADMINISTRATOR, CHIEF, make_approved, make_content, make_draft
from tests.builders.filings import rwanda

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
LATER = date(2026, 7, 1)


def approve(session: Session, who: Actor, schedule_id: ScheduleId, *, saves: int = 1, at: datetime = AT) -> None:
    service.approve(session, who, rwanda(), schedule_id, saves=saves, at=at)


def change(session: Session, who: Actor, schedule_id: ScheduleId, content: Content, *, saves: int = 1) -> None:
    command = ChangeDraft(schedule_id=schedule_id, content=content, saves=saves)
    service.change(session, who, rwanda(), command, at=AT)


def status(session: Session, schedule_id: ScheduleId) -> ScheduleStatus:
    return queries.schedule(session, CHIEF, schedule_id).status


def versions(session: Session) -> list[str]:
    return [one.version for one in queries.approved(session)]


def somebody(*roles: Role) -> Actor:
    return person(PersonId(new_id()), *(Grant(role, "TGI-NYGE") for role in roles))


def test_one_person_drafts_and_another_approves(session: Session) -> None:
    schedule_id = make_draft(session, make_content(LATER, TGI=25_000), at=AT)
    assert versions(session) == []
    approve(session, CHIEF, schedule_id, at=AT + timedelta(hours=1))
    view = queries.schedule(session, ACCOUNTANT, schedule_id)
    assert (view.status, view.drafted_by, view.approved_by, view.approved_at) == (
        ScheduleStatus.APPROVED,
        ACCOUNTANT.person_id,
        CHIEF.person_id,
        AT + timedelta(hours=1),
    )
    assert versions(session) == ["12/2026"]
    told = [type(recorded.event).__name__ for recorded in events_of(session, [schedule_id])]
    assert told == ["FeeScheduleDrafted", "FeeScheduleApproved"]


def test_nobody_approves_their_own_draft_whatever_roles_they_hold(session: Session) -> None:
    both = somebody(Role.ACCOUNTANT, Role.CHIEF_REGISTRAR)
    schedule_id = service.draft(session, both, rwanda(), make_content(LATER), at=AT)
    with pytest.raises(service.AnotherMustApprove):
        approve(session, both, schedule_id)
    assert status(session, schedule_id) is ScheduleStatus.DRAFT


@pytest.mark.parametrize("who", [CHIEF, ADMINISTRATOR])
def test_a_chief_registrar_and_an_administrator_may_approve(session: Session, who: Actor) -> None:
    schedule_id = make_draft(session, make_content(LATER), at=AT)
    approve(session, who, schedule_id)
    assert status(session, schedule_id) is ScheduleStatus.APPROVED


def test_an_accountant_does_not_approve_and_others_do_not_even_see_it(session: Session) -> None:
    schedule_id = make_draft(session, make_content(LATER), at=AT)
    with pytest.raises(Forbidden):
        approve(session, somebody(Role.ACCOUNTANT), schedule_id)
    for role in (Role.REGISTRAR, Role.CASHIER, Role.JUDGE, Role.LITIGANT):
        with pytest.raises(Absent):
            approve(session, somebody(role), schedule_id)
        with pytest.raises(Absent):
            queries.schedule(session, somebody(role), schedule_id)
        with pytest.raises(Absent):
            queries.schedules(session, somebody(role))
    with pytest.raises(Absent):
        service.draft(session, CHIEF, rwanda(), make_content(LATER, version="13/2026"), at=AT)


def test_only_who_drafted_it_changes_it_and_only_while_it_is_a_draft(session: Session) -> None:
    schedule_id = make_draft(session, make_content(LATER), at=AT)
    dearer = make_content(LATER, TGI=30_000)
    with pytest.raises(service.OnlyWhoDraftedIt):
        change(session, somebody(Role.ACCOUNTANT), schedule_id, dearer)
    change(session, ACCOUNTANT, schedule_id, dearer)
    with pytest.raises(service.ChangedMeanwhile):
        change(session, ACCOUNTANT, schedule_id, make_content(LATER))
    # Who compared what stood there before must not approve what stands there now.
    with pytest.raises(service.ChangedMeanwhile):
        approve(session, CHIEF, schedule_id, saves=1)
    approve(session, CHIEF, schedule_id, saves=2)
    with pytest.raises(service.NoLongerADraft):
        change(session, ACCOUNTANT, schedule_id, make_content(LATER), saves=2)
    [found] = queries.approved(session)
    assert found.amounts["deposit", "TGI"] == 30_000


def test_a_fee_never_changes_backwards(session: Session) -> None:
    with pytest.raises(Invalid):
        make_draft(session, make_content(TODAY - timedelta(days=1)), at=AT)
    schedule_id = make_draft(session, make_content(TODAY), at=AT)
    # Half past midnight in Kigali, while it is still the day of force in UTC.
    after = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    with pytest.raises(service.TooLateToApprove):
        approve(session, CHIEF, schedule_id, at=after)
    approve(session, CHIEF, schedule_id, at=after - timedelta(minutes=31))
    assert status(session, schedule_id) is ScheduleStatus.APPROVED


def test_two_approved_schedules_never_begin_on_one_day(session: Session) -> None:
    first = make_approved(session, make_content(LATER), at=AT)
    second = make_draft(session, make_content(LATER, version="13/2026"), at=AT)
    with pytest.raises(service.DayTaken):
        approve(session, CHIEF, second)
    service.withdraw(session, CHIEF, rwanda(), first, at=AT)
    approve(session, CHIEF, second)
    assert versions(session) == ["13/2026"]


def test_of_two_approvals_in_the_same_instant_one_is_told_that_the_day_is_taken(fresh_database: Database) -> None:
    with fresh_database.transaction(ACCOUNTANT) as session:
        drafts = [
            make_draft(session, make_content(LATER, version=version), at=AT) for version in ("12/2026", "13/2026")
        ]
    together = Barrier(2)

    def approve_one(schedule_id: ScheduleId) -> bool:
        with fresh_database.transaction(CHIEF) as session:
            session.execute(text("select 1"))
            together.wait(10)
            try:
                approve(session, CHIEF, schedule_id)
            except service.DayTaken:
                return False
            return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(approve_one, drafts)) == [False, True]


def test_a_number_is_used_once_and_again_when_it_was_withdrawn(session: Session) -> None:
    first = make_draft(session, make_content(LATER), at=AT)
    with pytest.raises(Invalid):
        make_draft(session, make_content(LATER), at=AT)
    service.withdraw(session, ACCOUNTANT, rwanda(), first, at=AT)
    make_draft(session, make_content(LATER), at=AT)


def test_before_its_day_whoever_approves_withdraws_it_and_then_never(session: Session) -> None:
    schedule_id = make_approved(session, make_content(LATER), at=AT)
    with pytest.raises(Forbidden):
        service.withdraw(session, ACCOUNTANT, rwanda(), schedule_id, at=AT)
    first_moment = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    with pytest.raises(service.InForceAlready):
        service.withdraw(session, CHIEF, rwanda(), schedule_id, at=first_moment)
    service.withdraw(session, ADMINISTRATOR, rwanda(), schedule_id, at=first_moment - timedelta(seconds=1))
    assert status(session, schedule_id) is ScheduleStatus.WITHDRAWN
    assert versions(session) == []
    with pytest.raises(service.NoLongerADraft):
        approve(session, CHIEF, schedule_id)


@pytest.mark.parametrize(
    "change",
    [
        {"amounts": '{"deposit": {"TGI": 1}}'},
        {"starts": "2026-08-01"},
        {"source": "{}"},
        {"version": "other"},
        {"saves": 9},
        {"drafted_by": str(new_id())},
        {"approved_by": str(new_id())},
        {"status": "draft"},
    ],
)
def test_the_database_keeps_what_was_approved(session: Session, change: dict[str, Any]) -> None:
    schedule_id = make_approved(session, make_content(LATER), at=AT)
    [(column, value)] = change.items()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"update fee_schedule set {column} = :v where id = :id"), {"v": value, "id": schedule_id})


def test_the_database_removes_no_schedule_and_leaves_a_withdrawn_one_alone(session: Session) -> None:
    schedule_id = make_approved(session, make_content(LATER), at=AT)
    with pytest.raises(ProgrammingError), session.begin_nested():
        session.execute(text("delete from fee_schedule"))
    service.withdraw(session, CHIEF, rwanda(), schedule_id, at=AT)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("update fee_schedule set withdrawn_by = :by"), {"by": new_id()})


@pytest.mark.parametrize(
    ("sets", "wall"),
    [
        ("approved_by = drafted_by, approved_at = now(), approved_on = '2026-05-04'", "four_eyes"),
        ("approved_by = gen_random_uuid(), approved_at = now(), approved_on = '2026-07-02'", "not_backwards"),
        ("approved_by = null", "approved"),
    ],
)
def test_the_database_is_the_second_wall_of_an_approval(session: Session, sets: str, wall: str) -> None:
    schedule_id = make_draft(session, make_content(LATER), at=AT)
    statement = text(f"update fee_schedule set status = 'approved', {sets} where id = :id")
    with pytest.raises(IntegrityError, match=f"ck_fee_schedule_{wall}"), session.begin_nested():
        session.execute(statement, {"id": schedule_id})


def test_the_database_withdraws_nothing_that_is_in_force(session: Session) -> None:
    schedule_id = make_approved(session, make_content(LATER), at=AT)
    statement = text(
        "update fee_schedule set status = 'withdrawn', withdrawn_by = drafted_by, withdrawn_at = now(), "
        "withdrawn_on = starts where id = :id"
    )
    with pytest.raises(IntegrityError, match="ck_fee_schedule_before_force"), session.begin_nested():
        session.execute(statement, {"id": schedule_id})


def test_the_list_is_paged_by_key_newest_first(session: Session) -> None:
    made = [
        make_draft(session, make_content(LATER, version=f"{n}/2026"), at=AT) for n in range(20, 20 + queries.PAGE + 1)
    ]
    first = queries.schedules(session, CHIEF)
    rest = queries.schedules(session, CHIEF, before=first[-1].id)
    assert {one.id for one in (*first, *rest)} == set(made)
    assert (len(first), len(rest)) == (queries.PAGE, 1)
