"""Storage in a bucket (S3, Google, Azure) through obstore, which is imported here and nowhere else."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import MemoryStore, ObjectStore, from_url

from app.documents.storage import CHUNK, FileGone, StorageDown, key_of, rendition_key_of

if TYPE_CHECKING:
    from obstore import GetResult

_TIMEOUT = timedelta(seconds=30)
_RETRY = timedelta(seconds=20)


@contextmanager
def _bucket_errors() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise StorageDown from error


class BucketStorage:
    """A `Storage` in an obstore store: one PUT a file, refused by the bucket itself when the key is taken."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep files in `store`."""
        self._store = store

    @classmethod
    def at(cls, url: str) -> "BucketStorage":
        """The bucket at `url` ("s3://name/prefix"); keys and region come from the provider's usual variables.

        "memory:///" lives in this process only, for tests.
        """
        if url.startswith("memory:"):
            return cls(MemoryStore())
        return cls(
            from_url(
                url,
                client_options={"timeout": _TIMEOUT, "connect_timeout": timedelta(seconds=5)},
                retry_config={"max_retries": 3, "retry_timeout": _RETRY},
            )
        )

    def put(self, sha256: str, source: Path) -> None:
        """See `Storage.put`. The bucket acknowledges only whole objects; the length is compared all the same."""
        key = key_of(sha256)
        with _bucket_errors():
            content = source.read_bytes()
            try:
                obstore.put(self._store, key, content, mode="create")
            except AlreadyExistsError:
                if self.size(sha256) == len(content):
                    return
                obstore.put(self._store, key, content, use_multipart=False)
        if self.size(sha256) != len(content):
            raise StorageDown

    def read(self, sha256: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `Storage.read`."""
        key, size = key_of(sha256), self.size(sha256)
        if size is None:
            raise FileGone
        stop = size if end is None else min(end, size)
        if start >= stop:
            return iter(())
        with _bucket_errors():
            result = obstore.get(self._store, key, options={"range": (start, stop)})
        return _pieces(result)

    def size(self, sha256: str) -> int | None:
        """See `Storage.size`."""
        key = key_of(sha256)
        with _bucket_errors():
            try:
                return obstore.head(self._store, key)["size"]
            except FileNotFoundError:
                return None

    def put_rendition(self, sha256: str, name: str, content: bytes) -> None:
        """See `Storage.put_rendition`."""
        with _bucket_errors():
            obstore.put(self._store, rendition_key_of(sha256, name), content, use_multipart=False)

    def rendition(self, sha256: str, name: str) -> bytes | None:
        """See `Storage.rendition`."""
        with _bucket_errors():
            try:
                return bytes(obstore.get(self._store, rendition_key_of(sha256, name)).bytes())
            except FileNotFoundError:
                return None

    def probe(self) -> None:
        """See `Storage.probe`."""
        key, token = f"probe/{secrets.token_hex(16)}", secrets.token_bytes(64)
        with _bucket_errors():
            obstore.put(self._store, key, token, mode="create")
            same = bytes(obstore.get(self._store, key).bytes()) == token
            obstore.delete(self._store, key)
        if not same:
            raise StorageDown

    def sweep(self, *, before: datetime) -> int:
        """See `Storage.sweep`: a bucket shows no half-written objects."""
        return 0


def _pieces(result: "GetResult") -> Iterator[bytes]:
    with _bucket_errors():
        for piece in result.stream(min_chunk_size=CHUNK):
            yield bytes(piece)
