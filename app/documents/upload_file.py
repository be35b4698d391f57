"""The file of a resumable upload: one writer at a time, and nothing counted that isn't durably on disk."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core.errors import Absent, Conflict, Refusal
from app.core.language import T
from app.documents.folder import sync_directory, write_whole
from app.documents.ids import UploadId
from app.documents.intake import Intake
from app.documents.storage import disk_errors


class UploadBusy(Refusal):
    """Another request is writing to this upload."""

    status = 423
    text = T("This file is being sent from another page. Wait a moment.")


class TooMuchSent(Conflict):
    """More bytes came than the upload was announced with."""

    status = 400
    text = T("The file is longer than was announced. Choose it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Where an upload stands: `received` of `length` bytes."""

    id: UploadId
    name: str
    file: str
    length: int
    received: int
    expires_at: datetime

    @property
    def finished(self) -> bool:
        """Whether every byte is here."""
        return self.received == self.length


def is_whole(intake: Intake, upload: Upload) -> bool:
    """Whether the bytes that the row counts are on this machine."""
    path = file_of(intake, upload)
    return upload.received == 0 or (path.is_file() and path.stat().st_size >= upload.received)


def file_of(intake: Intake, upload: Upload) -> Path:
    """Where the bytes of an upload lie."""
    return intake.spool / upload.file


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """The upload's file, open for writing, and nobody else's until the end; raises UploadBusy."""
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UploadBusy from error
        yield descriptor
    finally:
        os.close(descriptor)


def append(descriptor: int, upload: Upload, pieces: Iterable[bytes], folder: Path) -> int:
    """Write `pieces` where the upload stands; the new offset, once all of it is durably on disk.

    A line that is cut in the middle loses nothing that came before. Raises TooMuchSent (then nothing counts),
    StorageFull, StorageDown.
    """
    at = upload.received
    with disk_errors():
        if os.fstat(descriptor).st_size < at:
            raise Absent  # the spool was lost: going on would leave a hole
        os.ftruncate(descriptor, at)
        os.lseek(descriptor, at, os.SEEK_SET)
        for piece in pieces:
            if at + len(piece) > upload.length:
                raise TooMuchSent
            write_whole(descriptor, piece)
            at += len(piece)
        os.fsync(descriptor)
        sync_directory(folder)
    return at
