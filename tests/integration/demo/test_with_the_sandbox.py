"""With the sandbox a payment walks the whole road, and the two sides' books agree."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app import wiring
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.courts import load_pack
from app.demo.__main__ import main
from app.demo.loader import load_world
from app.demo.reading import read_world
from app.demo.sandbox import Sandbox as Phones
from app.demo.tools import Tools, tools_from
from sandbox.config import Settings as SandboxSettings
from sandbox.server import Sandbox
from tests.builders.postgres import Urls
from tests.builders.settings import ENVIRON, make_settings
from tests.conftest import NOON
from tests.integration.demo.test_loading import SMALL


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Sandbox]:
    """The world outside, on a port of its own."""
    settings = SandboxSettings(data=tmp_path / "sandbox", port=0, smtp_port=0, portal_url="http://127.0.0.1:9")
    with Sandbox(settings) as running:
        yield running


@pytest.fixture
def tools(outside: Sandbox, fresh_urls: Urls) -> Iterator[Tools]:
    """The loader's tools, with that sandbox."""
    mtn = outside.world.settings.mtn
    settings = make_settings(
        {
            "DATABASE_URL": fresh_urls.app,
            "PUBLIC_URL": "http://127.0.0.1:9",
            "SANDBOX_URL": outside.url,
            "MTN_BASE_URL": f"{outside.url}/mtn",
            "MTN_API_USER": mtn.api_user,
            "MTN_API_KEY": mtn.api_key,
            "MTN_SUBSCRIPTION_KEY": mtn.collection_key,
        }
    )
    house = wiring.build(settings, clock := ManualClock(NOON))
    yield tools_from(settings, house.database, clock, house.extensions, Phones(outside.url))
    house.database.dispose()


def test_the_operator_was_asked_and_has_the_money_that_the_portal_booked(
    tools: Tools, outside: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    world = read_world(path, load_pack("rw"))
    for _ in range(2):
        load_world(tools, world, now=NOON, say=lambda _line: None)
    paid = [payment for payment in outside.world.operator.prompts("250788100011") if payment.status == "SUCCESSFUL"]
    assert [payment.amount for payment in paid] == [10_000]
    with tools.database.reading(SYSTEM) as session:
        booked = session.execute(
            text("select amount_minor from posting where account = 'clearing:mtn_momo'")
        ).scalars().all()  # fmt: skip
        known = session.execute(text("select provider_reference from payment_attempt")).scalar_one()
    assert booked == [10_000]
    taken = outside.world.operator.find(paid[0].reference_id)
    assert taken is not None
    assert known == taken.financial_id
    assert [code.label for code in outside.world.authenticators.codes()] == ["Demo Registrar"]


def test_nothing_is_loaded_in_production(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, value in {**ENVIRON, "IKIREGO_ENV": "production", "PUBLIC_URL": "https://court.example"}.items():
        monkeypatch.setenv(name, value)
    assert main(["load", str(tmp_path / "world.yaml")]) == 2
    assert main(["signins"]) == 2
    assert capsys.readouterr().err.count("IKIREGO_ENV is production") == 2


def test_a_mistake_in_the_file_ends_the_command_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "world.yaml"
    path.write_text("world: [", encoding="utf-8")
    assert main(["load", str(path)]) == 2
    assert capsys.readouterr().err.startswith("world.yaml:2: file: is not YAML")
