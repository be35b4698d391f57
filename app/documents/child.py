"""Runs one job on a stranger's file in a process of its own, started clean and limited hard.

No fork of this (threaded) process: a new interpreter is started with nothing of our environment, no site packages of
a user, no open files but two pipes. It takes about a quarter of a second, most of it loading qpdf.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import structlog

from app.core.errors import Unavailable
from app.core.language import T

MEMORY = 1_536 << 20
CPU_SECONDS = 15
SECONDS_A_FILE = 3
WALL_SECONDS = 25.0
WAIT_SECONDS = 60.0
_START = "import sys, runpy; sys.path.append(sys.argv.pop(1)); runpy.run_module('examiner', run_name='__main__')"
_HERE = Path(__file__).resolve().parent
# A handful of large files must not take all processors and all memory from the people who only read.
_SLOTS = threading.BoundedSemaphore(max(2, (os.cpu_count() or 2)))
_log = structlog.get_logger()


class CheckerBusy(Unavailable):
    """The file could not be looked at now; it says nothing about the file."""

    text = T("Many files are being checked just now. Nothing was lost. Try again in a minute.")


class ChildSaysNo(Exception):
    """The child refused the file: a value of `Reason` and, where it has one, a number."""

    def __init__(self, reason: str, detail: int | None = None) -> None:
        """As the child answered."""
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def run_job(job: str, arguments: dict[str, Any], *, file_size: int, files: int = 1) -> dict[str, Any]:
    """What the job answers. `file_size` is the most bytes it may write to one file; it gets more time for more `files`.

    Raises ChildSaysNo for what is wrong with the file, which includes its killing the child, and CheckerBusy.
    """
    more = SECONDS_A_FILE * (files - 1)
    confinement = {"memory": MEMORY, "seconds": CPU_SECONDS + more, "file_size": file_size}
    order = json.dumps({"job": job, "arguments": arguments, "confinement": confinement}).encode()
    if not _SLOTS.acquire(timeout=WAIT_SECONDS):
        raise CheckerBusy
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program; the file's name is data on stdin
            [sys.executable, "-I", "-c", _START, str(_HERE)],
            input=order,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd="/",
            timeout=WALL_SECONDS + 2 * more,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildSaysNo("too_heavy") from error
    except OSError as error:
        raise CheckerBusy from error
    finally:
        _SLOTS.release()
    return _read(job, done)


def _read(job: str, done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    """The child's answer; a child that died without one was killed by the file."""
    if not done.stdout:
        _log.warning("file_check_died", job=job, returncode=done.returncode)
        # Killed (no time, no memory) or crashed in a decoder: either way not a file to pass on.
        raise ChildSaysNo("too_heavy" if done.returncode in (-9, -24, -6) else "damaged")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise ChildSaysNo(answer["refused"], answer["detail"])
    if "crashed" in answer:
        _log.warning("file_check_crashed", job=job, error=answer["crashed"])
        raise ChildSaysNo("damaged")
    result: dict[str, Any] = answer["done"]
    return result
