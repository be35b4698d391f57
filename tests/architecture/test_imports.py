"""Who may import what, beyond the layers that import-linter holds (those are checked by `make test` itself)."""

import pytest

from tests.architecture.source import Source, sources, under

BUSINESS = {"service", "queries", "rules", "models", "policies", "handlers", "jobs", "events", "status"}
WEB_PACKAGES = ("flask", "wtforms", "flask_wtf", "flask_login", "flask_babel", "werkzeug")
OUTSIDE = ("apscheduler", "obstore", "smtplib", "stripe", "twilio", "typst")
"""Packages of outside services, and the scheduler: one file in app/ speaks with each."""


def is_business(source: Source) -> bool:
    return source.name in BUSINESS and source.room not in ("web", "core", "")


def test_business_code_knows_neither_flask_nor_forms() -> None:
    found = [
        f"{s.path} imports {package}"
        for s in sources("app")
        if is_business(s)
        for package in WEB_PACKAGES
        if under(s.imports(), package)
    ]
    assert found == []


@pytest.mark.parametrize("package", OUTSIDE)
def test_an_outside_package_is_imported_in_one_file(package: str) -> None:
    assert len([s.path for s in sources("app") if under(s.imports(), package)]) <= 1


def test_the_models_of_a_room_are_its_own() -> None:
    found = [
        f"{s.path} imports {name}"
        for s in sources("app")
        for name in s.imports()
        if name.startswith("app.") and name.endswith(".models") and name.split(".")[1] != s.room
    ]
    assert found == []


def test_only_the_clock_reads_the_time_of_day() -> None:
    calls = ("datetime.now(", "datetime.utcnow(", "date.today(", "time.time(")
    found = [
        f"{s.path}: {call}" for s in sources("app") if s.path != "app/core/clock.py" for call in calls if call in s.text
    ]
    assert found == []


def test_no_room_commits_by_itself() -> None:
    # The demo's loader is an edge, like a view: it holds one lock over many commands.
    found = [s.path for s in sources("app") if s.room not in ("core", "demo") and ".commit()" in s.text]
    assert found == []


def test_only_the_settings_read_the_environment() -> None:
    starters = {
        "app/worker.py",
        "app/config/__init__.py",
        "app/demo/__main__.py",
        "app/accounts/__main__.py",
        "app/payments/__main__.py",
    }
    found = [s.path for s in sources("app") if s.path not in starters and "os.environ" in s.text]
    assert found == []
