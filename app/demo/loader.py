"""Playing a world: every item in the order of its time, each once, however often the load is begun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.db import Database
from app.core.errors import Invalid, Refusal
from app.core.language import speaking
from app.demo import filings, people
from app.demo.ledger import Ledger
from app.demo.paying import NotPaid
from app.demo.plans import FilingPlan, World, WorldError
from app.demo.play import Play
from app.demo.tools import Tools

Say = Callable[[str], None]
_LOCK = text("select pg_advisory_lock(hashtext('ikirego world'))")
_UNLOCK = text("select pg_advisory_unlock(hashtext('ikirego world'))")


def load_world(tools: Tools, world: World, *, now: datetime, say: Say) -> bool:
    """Make everything in `world`; False when it was there already. `say` is told what is being done.

    A load that was cut off goes on where it stopped, with the times that it began with. Raises WorldError.
    """
    ledger = Ledger(world.name)
    with _alone(tools.database):
        with tools.database.transaction(SYSTEM) as session:
            anchor, done = ledger.begin(session, now)
        play = Play(tools=tools, ledger=ledger, world=world, anchor=anchor)
        with speaking("en"):
            _hand_out(play, say)
            if done:
                return False
            _play(play, say)
        tools.go_to(now)
        with tools.database.transaction(SYSTEM) as session:
            ledger.end(session, now)
    return True


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """One load at a time: a second one waits and then finds everything done."""
    with database.engine.connect() as connection:
        connection.execute(_LOCK)
        connection.commit()
        try:
            yield
        finally:
            connection.execute(_UNLOCK)
            connection.commit()


def _hand_out(play: Play, say: Say) -> None:
    try:
        people.hand_out_authenticators(play)
    except OSError as trouble:
        say(f"The authenticator page could not be filled: {trouble}")


def _play(play: Play, say: Say) -> None:
    ordered = sorted(play.world.people, key=lambda person: play.moment(person.registered))
    for person in ordered:
        with _named(person.where):
            people.enter(play, person)
    say(f"{len(ordered)} people")
    for when, plan, number in _steps(play):
        step = plan.steps[number]
        say(f"{when:%Y-%m-%d %H:%M} {plan.key}: {step.kind}")
        with _named(step.where):
            filings.take(play, plan, number)


def _steps(play: Play) -> list[tuple[datetime, FilingPlan, int]]:
    """All steps of all filings by their time, so that numbers are given in the order of the days."""
    found = []
    for plan in play.world.filings:
        times = [play.moment(step.when) for step in plan.steps]
        for step, before, after in zip(plan.steps[1:], times, times[1:], strict=False):
            if after < before:
                raise WorldError(f"{step.where}: happens before what stands above it")
        if times[-1] > play.anchor:
            raise WorldError(f"{plan.steps[-1].where}: lies in the future")
        found += [(time, plan, number) for number, time in enumerate(times)]
    return sorted(found, key=lambda one: (one[0], one[1].key, one[2]))


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Say of a refusal by which line of the file it came."""
    try:
        yield
    except Invalid as refusal:
        gaps = "; ".join(str(problem.text) for problem in refusal.problems)
        raise WorldError(f"{where}: {refusal.text} {gaps}".rstrip()) from refusal
    except Refusal as refusal:
        raise WorldError(f"{where}: {refusal.text}") from refusal
    except (NotPaid, OSError, ValueError) as trouble:
        raise WorldError(f"{where}: {type(trouble).__name__} {trouble}".rstrip()) from trouble
