"""`make run` from outside: what it starts, what it survives, what it leaves."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.builders.checkout import Checkout, end, until

PROGRAMS = ("postgres", "app.serving", "app.worker", "sandbox")


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path)
    yield made
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_starts_every_program_and_a_stop_leaves_none(checkout: Checkout, sent: signal.Signals) -> None:
    run = checkout.start_ready()
    assert sorted(checkout.children()) == sorted(PROGRAMS)
    assert end(run, sent) == 0
    assert f"http://127.0.0.1:{checkout.port}\n" in checkout.written()
    assert checkout.processes() == []
    assert not checkout.answers()


def test_a_program_that_is_killed_is_started_again(checkout: Checkout) -> None:
    run = checkout.start_ready()
    for program in PROGRAMS:
        before = checkout.children()[program]
        os.kill(before, signal.SIGKILL)
        until(lambda p=program, b=before: checkout.children().get(p, b) != b, f"{program} is back")  # type: ignore[misc]
    until(checkout.answers, "the portal answers again")
    end(run)
    assert checkout.written().count("was ended by SIGKILL; starting it again") == len(PROGRAMS)
    assert checkout.processes() == []


def test_when_the_supervisor_is_killed_all_end_and_the_next_run_has_every_row(checkout: Checkout) -> None:
    run = checkout.start_ready()
    with psycopg.connect(checkout.database_url(), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    end(run, signal.SIGKILL)
    again = checkout.start_ready()
    with psycopg.connect(checkout.database_url()) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)
    end(again)
    assert checkout.processes() == []


def test_a_killed_database_comes_back_with_what_was_committed(checkout: Checkout) -> None:
    run = checkout.start_ready()
    with psycopg.connect(checkout.database_url(), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    before = checkout.children()["postgres"]
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        try:
            with psycopg.connect(checkout.database_url()) as connection:
                return connection.execute("select answer from kept").fetchone() == (42,)
        except psycopg.OperationalError:
            return False

    until(back, "the row is there again")
    assert checkout.children()["postgres"] != before
    end(run)


def test_a_taken_port_is_one_line_that_says_what_to_do(checkout: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        run = checkout.start()
        assert run.wait(timeout=60) == 1
    assert checkout.written() == (
        f"Port {checkout.port} (the portal) is taken. Pick another: PORT={checkout.port + 100} make run\n"
    )


def test_a_second_run_in_the_same_folder_is_refused_and_harms_nothing(checkout: Checkout) -> None:
    run = checkout.start_ready()
    second = checkout.start()
    assert second.wait(timeout=60) == 1
    assert f"runs already from this folder (process {run.pid})" in checkout.written()
    assert checkout.answers()
    end(run)


def test_a_program_that_cannot_start_ends_the_run_with_the_end_of_its_log(checkout: Checkout) -> None:
    (checkout.root / "wsgi.py").write_text("raise SystemExit('SOME_SETTING is not set')\n", encoding="utf-8")
    run = checkout.start()
    assert run.wait(timeout=90) == 1
    assert "The web server does not start" in checkout.written()
    assert "SOME_SETTING is not set" in checkout.written()
    assert checkout.processes() == []
