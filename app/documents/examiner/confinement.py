"""What the child gives up before it opens anything: memory, time, disk, network, its parent's survival."""

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000


def confine(*, memory: int, seconds: int, file_size: int) -> None:
    """Limit this process for good: address space and written files in bytes, processor time in seconds.

    The end of the network is taken where the system allows it: containers often don't, and nothing here needs one.
    """
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    # Writing too much must be an error that we can report, not the signal that kills.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.nice(5)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
