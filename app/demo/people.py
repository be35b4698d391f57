"""The people of a world."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.service import ImportPerson
from app.core.actor import SYSTEM
from app.demo.plans import PersonPlan
from app.demo.play import Play, person_item


def enter(play: Play, plan: PersonPlan) -> None:
    """Make the person, and ask for them to be an advocate; nothing when that is done. Raises ContactTaken."""
    play.tools.go_to(play.moment(plan.registered))
    play.make_once(SYSTEM, person_item(plan.key), lambda session: _make(session, play, plan))
    if plan.applies:
        actor = play.actor(plan.key)
        assert actor.person_id is not None
        play.do_once(
            actor,
            f"{person_item(plan.key)}:applies",
            actor.person_id,
            lambda session: accounts.apply_as_advocate(session, actor, plan.applies or "", at=play.now),
        )


def _make(session: Session, play: Play, plan: PersonPlan) -> UUID:
    command = ImportPerson(
        name=plan.name,
        locale=plan.language,
        contacts=plan.contacts,
        password=plan.password,
        roles=plan.roles,
        bar_number=plan.bar_number,
        totp_secret=plan.totp_secret,
    )
    return accounts.import_person(session, play.tools.vault, SYSTEM, command, at=play.now)


def hand_out_authenticators(play: Play) -> None:
    """Put the second factors of the staff on the sandbox's authenticator page; without a sandbox nothing."""
    sandbox = play.tools.sandbox
    if sandbox is None:
        return
    for plan in play.world.people:
        if plan.totp_secret:
            sandbox.keep_authenticator(plan.name, plan.totp_secret)
