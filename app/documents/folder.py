"""Storage in a folder of this machine, safe against a power cut.

obstore's own LocalStore writes without any fsync (seen with strace: open, write, link), so the folder is written here:
checked write, fsync of the file, atomic link or rename to its name, fsync of each directory touched, and only then
is the caller told that the file is kept.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.documents.storage import CHUNK, FileGone, StorageDown, disk_errors, key_of, rendition_key_of

_NO_LINKS = frozenset({errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES})


def sync_directory(path: Path) -> None:
    """Make the names inside `path` durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(descriptor: int, content: bytes | memoryview) -> None:
    """Write all of `content`: a short write (disk nearly full) is continued until it is done or raises."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write_durably(path: Path, content: bytes) -> None:
    """A new file at `path`, whole and fsynced; the directory is the caller's to sync."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        write_whole(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderStorage:
    """A `Storage` in a folder, which is made when it isn't there."""

    def __init__(self, root: Path) -> None:
        """Use `root`; originals live in its `sha256`, renditions in `renditions`, unfinished copies in `unfinished`."""
        self._root = root.absolute()
        self._unfinished = self._root / "unfinished"

    def put(self, sha256: str, source: Path) -> None:
        """See `Storage.put`."""
        final = self._root / key_of(sha256)
        with disk_errors():
            self._make_directories(final.parent)
            size = _fsync_file(source)
            if not final.exists() or final.stat().st_size != size:
                self._place(source, final, size)
            # The two directories above may just have been made by somebody else who has not synced them yet.
            for directory in (final.parent, final.parent.parent, final.parent.parent.parent):
                sync_directory(directory)

    def _place(self, source: Path, final: Path, size: int) -> None:
        """Give the bytes their name in one step. A file of another length under that name can only be damage."""
        copy = self._unfinished_name()
        try:
            self._copy(source, copy)
            if copy.stat().st_size != size:
                raise StorageDown
            copy.chmod(0o440)
            _fsync_file(copy)
            copy.replace(final)
        finally:
            copy.unlink(missing_ok=True)

    def _copy(self, source: Path, copy: Path) -> None:
        """A second name for the same bytes where the file system can, a checked copy where it can't."""
        self._make_directories(self._unfinished)
        try:
            os.link(source, copy)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            _copy_bytes(source, copy)

    def _unfinished_name(self) -> Path:
        return self._unfinished / f"{secrets.token_hex(16)}.part"

    def _make_directories(self, path: Path) -> None:
        """Make `path` and what is missing above it, each made durable in its parent."""
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for directory in reversed(missing):
            directory.mkdir(mode=0o750, exist_ok=True)
            sync_directory(directory.parent)

    def read(self, sha256: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `Storage.read`."""
        path = self._root / key_of(sha256)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise FileGone from error
        except OSError as error:
            raise StorageDown from error
        return _pieces(descriptor, start, end)

    def size(self, sha256: str) -> int | None:
        """See `Storage.size`."""
        with disk_errors():
            try:
                return (self._root / key_of(sha256)).stat().st_size
            except FileNotFoundError:
                return None

    def put_rendition(self, sha256: str, name: str, content: bytes) -> None:
        """See `Storage.put_rendition`."""
        final = self._root / rendition_key_of(sha256, name)
        copy = self._unfinished_name()
        with disk_errors():
            self._make_directories(final.parent)
            self._make_directories(self._unfinished)
            try:
                write_durably(copy, content)
                copy.replace(final)
            finally:
                copy.unlink(missing_ok=True)

    def rendition(self, sha256: str, name: str) -> bytes | None:
        """See `Storage.rendition`."""
        with disk_errors():
            try:
                return (self._root / rendition_key_of(sha256, name)).read_bytes()
            except FileNotFoundError:
                return None

    def probe(self) -> None:
        """See `Storage.probe`."""
        name, token = self._unfinished_name(), secrets.token_bytes(4096)
        with disk_errors():
            self._make_directories(self._unfinished)
            try:
                write_durably(name, token)
                if name.read_bytes() != token:
                    raise StorageDown
            finally:
                name.unlink(missing_ok=True)

    def sweep(self, *, before: datetime) -> int:
        """See `Storage.sweep`."""
        return remove_old(self._unfinished, before=before)


def remove_old(folder: Path, *, before: datetime) -> int:
    """Remove the files of `folder` last written before `before`; those that go by themselves meanwhile are no error."""
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed


def _fsync_file(path: Path) -> int:
    """Make the content of `path` durable; its size."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def _copy_bytes(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with source.open("rb") as file:
            while piece := file.read(CHUNK):
                write_whole(descriptor, piece)
    finally:
        os.close(descriptor)


def _pieces(descriptor: int, start: int, end: int | None) -> Iterator[bytes]:
    """Read on until `end` or the end of the file; the descriptor is closed whatever happens."""
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        file.seek(start)
        left = None if end is None else max(0, end - start)
        while piece := file.read(CHUNK if left is None else min(CHUNK, left)):
            if left is not None:
                left -= len(piece)
            yield piece
