"""Settings of the children: what the person set wins."""

from pathlib import Path

import pytest

from supervisor.complaint import Complaint
from supervisor.environment import complete, port, read_dotenv
from supervisor.keys import fresh_keys, keys_in
from supervisor.place import Place

DATABASE = {"DATABASE_URL": "postgresql://app@/x", "MIGRATIONS_DATABASE_URL": "postgresql://owner@/x"}


def test_a_dotenv_file_has_comments_quotes_and_equals_signs(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nPORT=8100\nexport HELP_PHONE='3670'\nX=\"a=b\"\nEMPTY=\n", encoding="utf-8")
    assert read_dotenv(file) == {"PORT": "8100", "HELP_PHONE": "3670", "X": "a=b", "EMPTY": ""}


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=8100\nnonsense\n", encoding="utf-8")
    with pytest.raises(Complaint, match="line 2"):
        read_dotenv(file)


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


@pytest.mark.parametrize("text", ["0", "abc", "70000", "-1"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Complaint, match="PORT"):
        port({"PORT": text})


def test_the_port_is_8000_when_nothing_is_said() -> None:
    assert port({"PORT": ""}) == 8000


def test_a_demo_gets_everything_and_points_to_the_sandbox_only(tmp_path: Path) -> None:
    made = complete({"PORT": "9000"}, Place(tmp_path), fresh_keys(), DATABASE)
    assert made["IKIREGO_ENV"] == "demo"
    assert made["PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert {made["SANDBOX_URL"], made["SMTP_PORT"]} == {"http://127.0.0.1:9001", "9002"}
    assert made["MTN_API_KEY"] == made["SANDBOX_MTN_API_KEY"]
    assert made["AIRTEL_BASE_URL"] == "http://127.0.0.1:9001/airtel"
    assert made["AIRTEL_CLIENT_SECRET"] == made["SANDBOX_AIRTEL_CLIENT_SECRET"]
    assert made["AIRTEL_CALLBACK_KEY"] == made["SANDBOX_AIRTEL_CALLBACK_KEY"]
    assert made["SANDBOX_AIRTEL_CALLBACK_URL"] == "http://127.0.0.1:9000/callbacks/airtel"


def test_what_the_person_set_wins_but_an_empty_value_is_no_choice(tmp_path: Path) -> None:
    set_by_person = {"PUBLIC_URL": "https://ikirego.example", "SECRET_KEY": "", "HELP_PHONE": "1234"}
    made = complete(set_by_person, Place(tmp_path), fresh_keys(), DATABASE)
    assert made["PUBLIC_URL"] == "https://ikirego.example"
    assert len(made["SECRET_KEY"]) >= 32
    assert made["HELP_PHONE"] == "1234"


def test_in_production_nothing_points_to_the_sandbox(tmp_path: Path) -> None:
    made = complete({"IKIREGO_ENV": "production"}, Place(tmp_path), fresh_keys(), DATABASE)
    assert not [name for name in made if name.startswith(("SANDBOX", "MTN", "AIRTEL", "TWILIO", "SMTP"))]


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = keys_in(file)
    assert keys_in(file) == first
    assert len(set(first.values())) == len(first)
    assert file.stat().st_mode & 0o777 == 0o600
