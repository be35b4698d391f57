"""The sandbox as a program: how it starts, refuses to start, and goes on after a kill."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.contracts.sandbox.callers import Listener, Mtn, eventually


class Program:
    """`python -m sandbox` in a process of its own."""

    def __init__(self, data: Path, **changed: str) -> None:
        self.port, self.smtp_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        env = {
            "PATH": os.environ["PATH"],
            "SANDBOX_DATA": str(data),
            "SANDBOX_PORT": str(self.port),
            "SANDBOX_SMTP_PORT": str(self.smtp_port),
            **changed,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def answers(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_killed_sandbox_goes_on_where_it_was(tmp_path: Path, listener: Listener) -> None:
    first = Program(tmp_path)
    eventually(first.answers)
    listener.answers = [503]
    with Mtn(first.url) as mtn:
        waiting, paid = mtn.accepted(), mtn.accepted("250788000001", callback=listener.url)
        mtn.set_fault("bare_reason", times=3)
        mtn.press(paid, "approve", "250788000001")
        listener.wait_for(1)
        with smtplib.SMTP("127.0.0.1", first.smtp_port) as server:
            server.sendmail("court@example.rw", ["aline@example.rw"], b"Message-ID: <1@portal>\r\n\r\nHello")
        token, books = mtn.token, mtn.http.get("/books").json()
    first.end(signal.SIGKILL)

    second = Program(tmp_path)
    eventually(second.answers)
    with Mtn(second.url) as mtn:
        mtn.token = token
        assert mtn.http.get("/books").json() == books
        assert mtn.status(waiting).json()["status"] == "PENDING"
        assert mtn.press(waiting, "approve").status_code == 200
        assert [fault["times"] for fault in mtn.http.get("/faults.json").json()["faults"]] == [3]
        assert len(mtn.http.get("/mailbox/aline@example.rw.json").json()["messages"]) == 1
    # The callback that was refused before the kill comes again after it.
    assert len({heard.body for heard in listener.wait_for(2)}) == 1
    assert second.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("name", ["SANDBOX_ENV", "IKIREGO_ENV"])
def test_it_refuses_to_start_in_production(tmp_path: Path, name: str) -> None:
    program = Program(tmp_path / "data", **{name: "production"})
    _, said = program.process.communicate(timeout=30)
    assert program.process.returncode == 2
    assert name in said
    assert "production" in said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["SANDBOX_PORT", "SANDBOX_SMTP_PORT"])
def test_a_taken_port_is_a_clear_message(tmp_path: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        program = Program(tmp_path, **{name: str(taken.getsockname()[1])})
        _, said = program.process.communicate(timeout=30)
    assert program.process.returncode == 2
    assert name in said
    assert "Traceback" not in said
