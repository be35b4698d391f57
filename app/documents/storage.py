"""The storage port: files under the SHA-256 of their bytes, written once and never altered.

Adapters: `folder` (a directory, fsynced step by step) and `bucket` (S3 and the like, through obstore). Renditions
(page images) stand beside the original under the same hash and may be thrown away at any time.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.core.errors import Absent, Unavailable
from app.core.language import T

CHUNK = 256 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RENDITION = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.(?:png|webp|pdf|txt)")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFull(Unavailable):
    """There is no room left; nothing was kept of this file."""

    text = T(
        "We have no room left to keep your file, so it was not taken. Nothing you filed before is lost. "
        "Try again in an hour, or bring the document to the court's registry."
    )


class StorageDown(Unavailable):
    """The place where files are kept did not answer or did not keep what it was given."""

    text = T(
        "We could not keep or read your file just now. Nothing you filed before is lost. Try again in a few minutes."
    )


class FileGone(Absent):
    """No bytes are kept under this hash."""


class Storage(Protocol):
    """Where the bytes are kept. Every method raises StorageDown when the place doesn't answer."""

    def put(self, sha256: str, source: Path) -> None:
        """Keep the bytes of `source`, whose hash the caller computed while writing it.

        Create-only: the same bytes twice is no error and changes nothing. When this returns, the file is whole and
        survives a power cut. Raises StorageFull; then nothing is kept.
        """
        ...

    def read(self, sha256: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces. Raises FileGone before the first piece."""
        ...

    def size(self, sha256: str) -> int | None:
        """How many bytes are kept under this hash; None when there are none."""
        ...

    def put_rendition(self, sha256: str, name: str, content: bytes) -> None:
        """Keep something derived from the file ("page-1-800.webp"), replacing what was there. Raises StorageFull."""
        ...

    def rendition(self, sha256: str, name: str) -> bytes | None:
        """The derived bytes, or None."""
        ...

    def probe(self) -> None:
        """Write, read back and remove a few bytes; for the readiness check."""
        ...

    def sweep(self, *, before: datetime) -> int:
        """Remove what a killed process left half written before `before`; how many files went."""
        ...


def key_of(sha256: str) -> str:
    """The key of an original, "sha256/ab/cd/<hash>". Anything but 64 lowercase hex digits is a ValueError."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lowercase hex")
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def rendition_key_of(sha256: str, name: str) -> str:
    """The key of a rendition, "renditions/ab/cd/<hash>/<name>"; a name with anything else in it is a ValueError."""
    if not _RENDITION.fullmatch(name):
        raise ValueError("not a name for a rendition")
    return key_of(sha256).replace("sha256/", "renditions/", 1) + f"/{name}"


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the operating system says into a refusal with words: full, or down."""
    try:
        yield
    except OSError as error:
        raise (StorageFull() if error.errno in _FULL else StorageDown()) from error
