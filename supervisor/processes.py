"""Starting children that never outlive us, and finding those that an unclean end left behind."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from supervisor.account import Account

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    command: Sequence[str],
    *,
    cwd: Path,
    log: Path,
    environ: Mapping[str, str],
    account: Account | None = None,
    farewell: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, writing to `log`; the kernel sends it `farewell` when we die.

    Call it from the main thread: the kernel watches the thread that started the child, not the process.
    """
    parent = os.getpid()

    def leash() -> None:
        # A shell that starts us in the background has us ignore Ctrl-C; children must not inherit that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _libc.prctl(_PR_SET_PDEATHSIG, farewell, 0, 0, 0)
        # We may have died between the fork and the line above: then nobody would ever send it.
        if os.getppid() != parent:
            os._exit(127)

    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leash,
            **(account.identity() if account else {}),
        )


def die_with_parent() -> None:
    """Have the kernel stop this process when the one that started it dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose own parent dies, so that none is lost from sight."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(known: set[int]) -> None:
    """Take note of the end of adopted processes, lest they stay as zombies; `known` children are left alone."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in known:
            return
        os.waitpid(ended.si_pid, os.WNOHANG)


def born(pid: int) -> int | None:
    """When `pid` was started, in clock ticks since boot; None when there is no such process (or only its zombie).

    Together with the pid this names one process for good: pids are used again, pairs are not.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def standing_in(folder: Path) -> list[int]:
    """The processes whose working folder is `folder`; for PostgreSQL that is the server and all its backends."""
    try:
        wanted = folder.stat()
    except OSError:
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            there = (entry / "cwd").stat()
        except OSError:
            continue
        if (there.st_dev, there.st_ino) == (wanted.st_dev, wanted.st_ino) and born(int(entry.name)) is not None:
            found.append(int(entry.name))
    return found


def members(group: int) -> list[int]:
    """The living processes of process group `group`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def tell(pid: int, sent: signal.Signals) -> None:
    """Send a signal; a process that is gone already is fine."""
    try:
        os.kill(pid, sent)
    except ProcessLookupError:
        return


def tell_group(group: int, sent: signal.Signals) -> None:
    """Send a signal to a whole process group; one that is gone already is fine."""
    try:
        os.killpg(group, sent)
    except ProcessLookupError:
        return


def wait_until_gone(pids: Sequence[int], *, seconds: float) -> list[int]:
    """Wait for `pids` to end; returns those that still live after `seconds`."""
    alive = {pid: born(pid) for pid in pids}
    deadline = time.monotonic() + seconds
    while True:
        alive = {pid: birth for pid, birth in alive.items() if birth is not None and born(pid) == birth}
        if not alive or time.monotonic() > deadline:
            return list(alive)
        time.sleep(0.02)
