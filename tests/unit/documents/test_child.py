"""The child that opens strangers' files can do little, and whatever it does ends in an answer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.documents import child
from app.documents.child import CheckerBusy, ChildSaysNo, run_job
from tests.builders import files

PROBE = """
import json, os, resource, socket, sys
sys.path.append(sys.argv[1])
from examiner.confinement import confine
confine(memory=700 << 20, seconds=3, file_size=1000)
seen = {"memory": resource.getrlimit(resource.RLIMIT_AS), "core": resource.getrlimit(resource.RLIMIT_CORE)}
try:
    bytearray(1 << 30)
    seen["big"] = "taken"
except MemoryError:
    seen["big"] = "refused"
try:
    with open(sys.argv[2], "wb") as file:
        file.write(b"x" * 5000)
    seen["write"] = "taken"
except OSError:
    seen["write"] = "refused"
print(json.dumps(seen))
"""


def test_memory_and_disk_are_limited_for_good(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", PROBE, str(Path(child.__file__).parent), str(tmp_path / "x")]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert seen == {"memory": [700 << 20] * 2, "core": [0, 0], "big": "refused", "write": "refused"}


def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def run(command: list[str], **options: object) -> "subprocess.CompletedProcess[bytes]":
        seen.update(options, command=command)
        return subprocess.CompletedProcess(command, 0, b'{"done": {"pages": 1}}')

    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setattr(subprocess, "run", run)
    run_job("pdf", {"path": "/a name; rm -rf", "max_pages": 1}, file_size=0)
    assert "canary" not in str(seen["env"])
    assert "-I" in seen["command"]  # type: ignore[operator]
    assert "rm -rf" not in str(seen["command"])


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(files.pdf())
    monkeypatch.setattr(child, "WALL_SECONDS", 0.001)
    with pytest.raises(ChildSaysNo) as no:
        run_job("pdf", {"path": str(path), "max_pages": 5}, file_size=0)
    assert no.value.reason == "too_heavy"


def test_more_files_get_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[dict[str, dict[str, int]]] = []

    def run(command: list[str], **options: object) -> "subprocess.CompletedProcess[bytes]":
        orders.append(json.loads(str(options["input"], "ascii")))  # type: ignore[call-overload]
        return subprocess.CompletedProcess(command, 0, b'{"done": {}}')

    monkeypatch.setattr(subprocess, "run", run)
    for files_sent in (1, 40):
        run_job("images", {"photos": []}, file_size=0, files=files_sent)
    one, many = (order["confinement"]["seconds"] for order in orders)
    assert many - one == 39 * child.SECONDS_A_FILE


def test_a_child_without_memory_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(files.photo("PNG", size=(7000, 7000)))
    monkeypatch.setattr(child, "MEMORY", 200 << 20)
    with pytest.raises(ChildSaysNo) as no:
        run_job("images", {"photos": [{"path": str(path), "kind": "png"}]}, file_size=0)
    assert (no.value.reason, no.value.detail) == ("image_pixels", 0)


@pytest.mark.parametrize(
    ("output", "returncode", "reason"),
    [
        (b"", -9, "too_heavy"),
        (b"", -24, "too_heavy"),
        (b"", -11, "damaged"),
        (b'{"crashed": "KeyError"}', 0, "damaged"),
    ],
)
def test_a_child_that_dies_or_crashes_refuses_the_file(
    monkeypatch: pytest.MonkeyPatch, output: bytes, returncode: int, reason: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda c, **_: subprocess.CompletedProcess(c, returncode, output))
    with pytest.raises(ChildSaysNo) as no:
        run_job("pdf", {"path": "/x", "max_pages": 1}, file_size=0)
    assert no.value.reason == reason


def test_a_machine_that_starts_no_child_is_busy_and_says_nothing_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_args: object, **_options: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "run", none_left)
    with pytest.raises(CheckerBusy):
        run_job("pdf", {"path": "/x", "max_pages": 1}, file_size=0)


def test_too_many_files_at_once_wait_and_are_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(child, "_SLOTS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(child, "WAIT_SECONDS", 0.0)
    with child._SLOTS, pytest.raises(CheckerBusy):
        run_job("pdf", {"path": "/x", "max_pages": 1}, file_size=0)
