"""A world is loaded once, by the commands of the pages, and a load that was cut off goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.courts import load_pack
from app.demo import filings
from app.demo.loader import load_world
from app.demo.plans import World, WorldError
from app.demo.reading import read_world
from app.demo.tools import Tools, tools_from
from app.wiring import House
from tests.conftest import NOON

ROOT = Path(__file__).resolve().parents[3]
SMALL = """
world: small
people:
  - {key: aline, name: Demo Aline, language: en, phone: "0788100011", password: a password}
  - key: registrar
    name: Demo Registrar
    email: registrar@demo.example
    password: a password
    roles: [{role: registrar, court: TB-NYGE}]
    totp_secret: DEMOREGISTRARONEDEMOREGISTRARONE
filings:
  - key: loan
    filer: aline
    type: civil_claim
    court: TB-NYGE
    parties:
      - {side: claimant, is_filer: true, name: Demo Aline, has_no_papers: true, phone: "+250788100011"}
      - {side: defendant, name: Demo Eric}
    issues: [{facts: I lent money., wanted: That it is paid back.}]
    asks: The money.
    value: 90_000
    declared_by: Demo Aline
    history:
      - {started: 4 days ago at 09:00}
      - {sent: 4 days ago at 10:00}
      - {paid: 4 days ago at 10:05}
      - {claimed: 3 days ago at 09:00, by: registrar}
      - {accepted: 3 days ago at 09:05, by: registrar}
"""


@pytest.fixture
def tools(house: House, clock: ManualClock) -> Tools:
    """The loader's tools, with no sandbox."""
    return tools_from(house.settings, house.database, clock, house.extensions, None)


@pytest.fixture
def small(tmp_path: Path) -> World:
    """One claim, from the draft to the register."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return read_world(path, load_pack("rw"))


def load(tools: Tools, world: World, **options: Any) -> bool:
    return load_world(tools, world, now=options.pop("now", NOON), say=lambda _line: None)


def counts(house: House) -> dict[str, int]:
    """How many rows each table has; heartbeats and ticks aside."""
    with house.database.reading(SYSTEM) as session:
        tables = session.execute(
            text("select table_name from information_schema.tables where table_schema = 'public' order by 1")
        ).scalars()
        return {
            table: int(session.execute(text(f'select count(*) from "{table}"')).scalar_one()) for table in list(tables)
        }


def one(house: House, sql: str) -> Any:
    with house.database.reading(SYSTEM) as session:
        return session.execute(text(sql)).scalar_one()


def test_a_filing_walks_to_the_register_with_its_own_times(tools: Tools, house: House, small: World) -> None:
    assert load(tools, small)
    assert one(house, "select status from filing") == "accepted"
    assert one(house, "select received_at at time zone 'Africa/Kigali' from filing").isoformat() == (
        "2026-04-30T10:00:00"
    )
    assert one(house, "select printed from case_number") == "RC 00001/2026/TB/NYGE"
    assert one(house, "select count(*) from web_session") == 0


def test_a_second_load_changes_nothing(tools: Tools, house: House, small: World) -> None:
    load(tools, small)
    before = counts(house)
    assert not load(tools, small, now=NOON + timedelta(days=9))
    assert counts(house) == before


@pytest.mark.parametrize("cut_at", range(5))
def test_a_load_that_was_cut_off_goes_on_with_the_times_it_began_with(
    tools: Tools, house: House, small: World, monkeypatch: pytest.MonkeyPatch, cut_at: int
) -> None:
    class Killed(BaseException):
        """Stands for kill -9."""

    real: Callable[..., None] = filings.take

    def dying(play: Any, plan: Any, number: int) -> None:
        if number == cut_at:
            raise Killed
        real(play, plan, number)

    with monkeypatch.context() as patch:
        patch.setattr(filings, "take", dying)
        with pytest.raises(Killed):
            load(tools, small)
    assert load(tools, small, now=NOON + timedelta(days=1))
    assert one(house, "select count(*) from filing") == 1
    assert one(house, "select count(*) from court_case") == 1
    assert one(house, "select count(*) from payment_attempt") == 1
    assert one(house, "select count(*) from person") == 2
    assert one(house, "select received_at at time zone 'Africa/Kigali' from filing").isoformat() == (
        "2026-04-30T10:00:00"
    )


def test_without_a_sandbox_the_evidence_says_where_the_payment_comes_from(
    tools: Tools, house: House, small: World
) -> None:
    load(tools, small)
    with house.database.reading(SYSTEM) as session:
        raws = session.execute(text("select raw from payment_evidence")).scalars().all()
    assert raws
    assert all("from a world file" in raw for raw in raws)


def test_what_a_command_refuses_is_said_with_its_line(tools: Tools, small: World) -> None:
    plan = small.filings[0]
    hasty = replace(plan, steps=(plan.steps[0], replace(plan.steps[3], where="small.yaml:27: history[1]")))
    with pytest.raises(WorldError, match=r"^small.yaml:27: history\[1\]: "):
        load(tools, replace(small, filings=(hasty,)))


def test_a_history_that_runs_backwards_is_refused_before_anything_of_it_is_made(
    tools: Tools, house: House, small: World
) -> None:
    plan = small.filings[0]
    backwards = replace(plan, steps=(plan.steps[1], plan.steps[0], *plan.steps[2:]))
    with pytest.raises(WorldError, match="happens before what stands above it"):
        load(tools, replace(small, filings=(backwards,)))
    assert one(house, "select count(*) from filing") == 0


def test_the_demonstration_has_filings_in_every_state_and_its_staff_can_sign_in(tools: Tools, house: House) -> None:
    assert load(tools, read_world(ROOT / "demo" / "world.yaml", load_pack("rw")))
    with house.database.reading(SYSTEM) as session:
        states: dict[str, int] = {
            row[0]: row[1] for row in session.execute(text("select status, count(*) from filing group by 1"))
        }
        numbers = session.execute(text("select printed from case_number order by 1")).scalars().all()
        waiting = session.execute(text("select count(*) from event_delivery where done_at is null")).scalar_one()
        bare = session.execute(
            text(
                "select count(*) from role_grant g join person p on p.id = g.person_id "
                "where g.role not in ('litigant', 'advocate') and p.totp_secret is null"
            )
        ).scalar_one()
    assert set(states) == {
        "draft", "awaiting_payment", "submitted", "under_review", "accepted",
        "returned_for_correction", "rejected", "cancelled", "lapsed",
    }  # fmt: skip
    assert states["submitted"] >= 5
    assert numbers == sorted(numbers)
    assert any(number.startswith("RCOM ") for number in numbers)
    assert waiting == 0
    assert bare == 0
