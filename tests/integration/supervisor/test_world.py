"""The demo people and cases: loaded once, and never by half."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.checkout import Checkout, end, until

# Makes a table, which fails when it is there; with a file "hang" it then never ends.
_LOADER = """
import os, pathlib, sys, threading
import psycopg
if sys.argv[1] == "load":
    pathlib.Path("loads").open("a").write("load\\n")
    with psycopg.connect(os.environ["MIGRATIONS_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create table people (name text)")
    if pathlib.Path("hang").exists():
        pathlib.Path("hangs").touch()
        threading.Event().wait()
else:
    print("Registrar of Nyarugenge  registrar@court.example")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path)
    (tmp_path / "app" / "demo").mkdir()
    (tmp_path / "app" / "demo" / "__main__.py").write_text(_LOADER, encoding="utf-8")
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "world.yaml").write_text("people: []\n", encoding="utf-8")
    yield made
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)


def test_the_world_is_loaded_once_and_the_sign_ins_are_shown_each_time(checkout: Checkout) -> None:
    for _ in range(2):
        end(checkout.start_ready())
        assert "registrar@court.example" in checkout.written()
    assert (checkout.root / "loads").read_text(encoding="utf-8") == "load\n"


def test_a_world_that_was_half_loaded_when_we_were_killed_is_begun_again(checkout: Checkout) -> None:
    (checkout.root / "hang").touch()
    run = checkout.start()
    until((checkout.root / "hangs").exists, "the loader is half way")
    end(run, signal.SIGKILL)
    (checkout.root / "hang").unlink()
    end(checkout.start_ready())
    assert (checkout.root / "loads").read_text(encoding="utf-8") == "load\nload\n"
    assert checkout.processes() == []
