"""Makes the virtual environment and installs the pinned packages into it, once.

This runs under the machine's own Python, before anything is installed: the standard library only.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from supervisor.complaint import Complaint
from supervisor.progress import complain, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN, TEST = "requirements.txt", "requirements-dev.txt"


def install(purpose: str) -> None:
    """Install what `purpose` ("run" or "test") needs; returns at once when it is there. Raises Complaint."""
    wanted = _fingerprint(purpose)
    if _installed(purpose, wanted):
        return
    log = ROOT / "var" / "log" / "install.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("w", encoding="utf-8")
    except PermissionError:
        raise Complaint(
            f"{log.parent} can't be written to. Run this as its owner, or in a clone of your own."
        ) from None
    with output:
        # Two terminals may begin at the same moment.
        fcntl.flock(output, fcntl.LOCK_EX)
        if not _installed(purpose, wanted):
            _make_venv(output.fileno(), log)
            _install_packages(purpose, output.fileno(), log)


def _installed(purpose: str, wanted: str) -> bool:
    try:
        return PYTHON.exists() and _stamp(purpose).read_text(encoding="ascii") == wanted
    except OSError:
        return False


def _stamp(purpose: str) -> Path:
    return VENV / f"installed-for-{purpose}"


def _fingerprint(purpose: str) -> str:
    digest = hashlib.sha256(str(sys.version_info[:2]).encode())
    for name in (RUN, TEST) if purpose == "test" else (RUN,):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _make_venv(output: int, log: Path) -> None:
    if _usable():
        return
    with step("Making the virtual environment"):
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, stdout=output, stderr=output)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            raise Complaint(
                "Python can't make a virtual environment here. On Debian and Ubuntu: apt-get install python3-venv\n"
                f"{log} says more."
            )


def _usable() -> bool:
    """Whether the environment that is there works and is of the Python that runs us."""
    question = "import sys, pip; print(sys.version_info[:2])"
    try:
        asked = subprocess.run([str(PYTHON), "-c", question], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return asked.stdout.strip() == str(sys.version_info[:2])


def _install_packages(purpose: str, output: int, log: Path) -> None:
    wanted = TEST if purpose == "test" else RUN
    with step("Installing packages, some minutes the first time"):
        command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-r", wanted]
        done = subprocess.run(command, check=False, cwd=ROOT, stdout=output, stderr=output)
        if done.returncode:
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
            raise Complaint(f"The packages could not be installed:\n{tail}\n{log} has the rest. Try again.")
    for satisfied in ("run", "test") if purpose == "test" else ("run",):
        _stamp(satisfied).write_text(_fingerprint(satisfied), encoding="ascii")


def main(purpose: str) -> int:
    """Install for `purpose`; returns the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the machine's own Python may be any
        complain(
            f"Ikirego needs Python 3.11 or newer; {sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}. "
            f"With another one: PYTHON=python3.12 make {purpose}"
        )
        return 1
    try:
        install(purpose)
    except Complaint as trouble:
        complain(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
