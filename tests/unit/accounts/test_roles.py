"""Which role may do what, and the tables of states."""

from app.accounts.policies import decides_on_advocates, grants_roles, staff
from app.accounts.roles import AT_A_COURT, STAFF, Role
from app.accounts.status import FLOW_STEPS, GRANT_STEPS, FlowStep, GrantState
from app.core.actor import ANONYMOUS, SYSTEM, Actor, Grant, person
from app.core.ids import PersonId, new_id


def holder(role: Role) -> Actor:
    return person(PersonId(new_id()), Grant(role, "TGI-NYGE" if role in AT_A_COURT else None))


def allowed(policy: object) -> set[Role]:
    assert callable(policy)
    return {role for role in Role if policy(holder(role))}


def test_only_administrators_and_the_system_give_roles() -> None:
    assert allowed(grants_roles) == {Role.ADMINISTRATOR}
    assert grants_roles(SYSTEM)
    assert not grants_roles(ANONYMOUS)


def test_registrars_and_administrators_decide_on_advocates() -> None:
    assert allowed(decides_on_advocates) == {Role.REGISTRAR, Role.CHIEF_REGISTRAR, Role.ADMINISTRATOR}
    assert not decides_on_advocates(ANONYMOUS)


def test_staff_means_the_courts_people_and_never_a_party() -> None:
    assert allowed(staff()) == STAFF
    assert allowed(staff(Role.JUDGE)) == {Role.JUDGE}
    assert allowed(staff(Role.ADVOCATE)) == set()


def test_a_role_that_has_ended_never_comes_back() -> None:
    steps = {(a, b) for a in GrantState for b in GrantState if GRANT_STEPS.allows(a, b)}
    assert steps == {
        (GrantState.PENDING, GrantState.ACTIVE),
        (GrantState.PENDING, GrantState.ENDED),
        (GrantState.ACTIVE, GrantState.ENDED),
    }


def test_a_flow_only_goes_forward() -> None:
    steps = {(a, b) for a in FlowStep for b in FlowStep if FLOW_STEPS.allows(a, b)}
    assert steps == {
        (FlowStep.STARTED, FlowStep.PROVEN),
        (FlowStep.STARTED, FlowStep.DONE),
        (FlowStep.PROVEN, FlowStep.DONE),
    }
