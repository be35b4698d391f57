"""Bytes on their way in: written to a folder of this machine while they are counted and hashed.

The folder should be on the same disk as the storage folder, then keeping a file is giving it a second name. What is
left behind by a cut connection or a killed process is swept after a day.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.documents.folder import write_whole
from app.documents.limits import Limits
from app.documents.names import display_name
from app.documents.refusals import Reason, refused
from app.documents.storage import CHUNK, disk_errors

SUFFIX = ".spool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A whole file in the spool: its bytes' SHA-256 in hex, their number, where they lie, and its name for display."""

    sha256: str
    size: int
    path: Path
    name: str


def receive(stream: IO[bytes], *, name: str, spool: Path, limits: Limits, field: str = "files") -> Received:
    """Take in a stream, at most `limits.max_bytes`; reading stops at the first byte too many.

    Raises FileRefused (empty, too big), StorageFull, StorageDown; then nothing is left in the spool.
    """
    shown = display_name(name)
    path = new_path(spool)
    digest, size = hashlib.sha256(), 0
    try:
        with disk_errors():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                while piece := stream.read(CHUNK):
                    size += len(piece)
                    if size > limits.max_bytes:
                        raise refused(Reason.TOO_BIG, shown, limits, field=field)
                    digest.update(piece)
                    write_whole(descriptor, piece)
            finally:
                os.close(descriptor)
        if size == 0:
            raise refused(Reason.EMPTY, shown, limits, field=field)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(sha256=digest.hexdigest(), size=size, path=path, name=shown)


def received_at_path(path: Path, *, name: str) -> Received:
    """A file that was written into the spool by other means (an assembled PDF, a finished resumable upload)."""
    digest, size = hashlib.sha256(), 0
    with disk_errors(), path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return Received(sha256=digest.hexdigest(), size=size, path=path, name=display_name(name))


def new_path(spool: Path) -> Path:
    """A name in the spool that nobody can guess and that owes nothing to what the sender calls the file."""
    with disk_errors():
        spool.mkdir(parents=True, exist_ok=True, mode=0o750)
    return spool / f"{secrets.token_hex(16)}{SUFFIX}"


def discard(received: Iterable[Received]) -> None:
    """Remove these files from the spool; those already gone are no error."""
    for item in received:
        item.path.unlink(missing_ok=True)
