"""Both adapters keep the same promises; the folder also keeps them against power cuts and full disks."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from app.documents import folder
from app.documents.bucket import BucketStorage
from app.documents.folder import FolderStorage
from app.documents.storage import FileGone, Storage, StorageDown, StorageFull, key_of, rendition_key_of

CONTENT = b"the bytes of a document " * 20_000
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "memory bucket", "local bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """One of the adapters, empty."""
    match request.param:
        case "folder":
            return FolderStorage(tmp_path / "kept")
        case "memory bucket":
            return BucketStorage(MemoryStore())
    return BucketStorage(LocalStore(tmp_path / "bucket", mkdir=True))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file in the spool."""
    path = tmp_path / "one.spool"
    path.write_bytes(CONTENT)
    return path


def test_what_is_put_is_read_back_whole(storage: Storage, source: Path) -> None:
    storage.put(HASH, source)
    assert b"".join(storage.read(HASH)) == CONTENT
    assert storage.size(HASH) == len(CONTENT)


def test_putting_the_same_bytes_twice_is_no_error(storage: Storage, source: Path) -> None:
    storage.put(HASH, source)
    storage.put(HASH, source)
    assert b"".join(storage.read(HASH)) == CONTENT


def test_a_file_that_was_cut_by_damage_is_made_whole_by_the_same_bytes(storage: Storage, tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    cut.write_bytes(CONTENT[:100])
    whole.write_bytes(CONTENT)
    storage.put(HASH, cut)
    storage.put(HASH, whole)
    assert b"".join(storage.read(HASH)) == CONTENT


@pytest.mark.parametrize(("start", "end"), [(0, 1), (5, 300_000), (len(CONTENT) - 3, None), (0, len(CONTENT) + 9)])
def test_a_part_is_read_by_its_bounds(storage: Storage, source: Path, start: int, end: int | None) -> None:
    storage.put(HASH, source)
    assert b"".join(storage.read(HASH, start=start, end=end)) == CONTENT[start:end]


def test_nothing_is_read_where_the_part_is_empty(storage: Storage, source: Path) -> None:
    storage.put(HASH, source)
    assert b"".join(storage.read(HASH, start=7, end=7)) == b""
    assert b"".join(storage.read(HASH, start=len(CONTENT))) == b""


def test_what_was_never_put_is_gone_before_the_first_piece(storage: Storage) -> None:
    assert storage.size("0" * 64) is None
    with pytest.raises(FileGone):
        storage.read("0" * 64)


@pytest.mark.parametrize("name", ["../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "", "a" * 32 + "/" + "a" * 31])
def test_only_a_hash_is_a_key(storage: Storage, source: Path, name: str) -> None:
    for use in (lambda: storage.put(name, source), lambda: storage.read(name), lambda: storage.size(name)):
        with pytest.raises(ValueError, match="SHA-256"):
            use()


@pytest.mark.parametrize("name", ["../a.png", "a/b.png", "a.exe", ".png", "", "page\n.png", "P.png"])
def test_only_a_plain_name_names_a_rendition(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="rendition"):
        storage.put_rendition(HASH, name, b"x")


def test_a_rendition_stands_beside_the_original_and_may_be_replaced(storage: Storage, source: Path) -> None:
    storage.put(HASH, source)
    assert storage.rendition(HASH, "page-1-640.webp") is None
    storage.put_rendition(HASH, "page-1-640.webp", b"first")
    storage.put_rendition(HASH, "page-1-640.webp", b"second")
    assert storage.rendition(HASH, "page-1-640.webp") == b"second"
    assert b"".join(storage.read(HASH)) == CONTENT


def test_a_probe_leaves_nothing_behind(storage: Storage, tmp_path: Path) -> None:
    storage.probe()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_keys_are_spread_over_folders() -> None:
    assert key_of("ab" * 32) == f"sha256/ab/ab/{'ab' * 32}"
    assert rendition_key_of("ab" * 32, "page-1-640.webp") == f"renditions/ab/ab/{'ab' * 32}/page-1-640.webp"


def test_the_kept_file_stays_when_the_spool_is_emptied(tmp_path: Path, source: Path) -> None:
    storage = FolderStorage(tmp_path / "kept")
    storage.put(HASH, source)
    source.unlink()
    assert b"".join(storage.read(HASH)) == CONTENT
    assert not list((tmp_path / "kept" / "unfinished").iterdir())


def _full(*_args: object, **_kwargs: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def _no_links(*_args: object, **_kwargs: object) -> None:
    raise OSError(errno.EXDEV, "Invalid cross-device link")


def test_on_a_file_system_without_links_the_bytes_are_copied(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    storage = FolderStorage(tmp_path / "kept")
    storage.put(HASH, source)
    assert b"".join(storage.read(HASH)) == CONTENT


@pytest.mark.parametrize("after", [0, 1])
def test_a_full_disk_is_a_refusal_and_leaves_no_cut_file(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    calls = iter(range(10))
    real: Callable[..., int] = os.write

    def nearly_full(descriptor: int, content: memoryview) -> int:
        return real(descriptor, content[:1000]) if next(calls) < after else _full()

    monkeypatch.setattr(os, "link", _no_links)
    monkeypatch.setattr(os, "write", nearly_full)
    storage = FolderStorage(tmp_path / "kept")
    with pytest.raises(StorageFull):
        storage.put(HASH, source)
    assert storage.size(HASH) is None
    assert not [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., int] = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, content[:7]))
    folder.write_durably(tmp_path / "x", b"more than seven bytes")
    assert (tmp_path / "x").read_bytes() == b"more than seven bytes"


def test_the_file_is_synced_before_it_gets_its_name_and_the_folder_after(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    final = tmp_path / "kept" / key_of(HASH)
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        seen.append("sync folder" if path == str(final.parent) else "sync file" if Path(path).is_file() else "other")
        real_fsync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        seen.append("name")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    FolderStorage(tmp_path / "kept").put(HASH, source)
    named = seen.index("name")
    assert "sync file" in seen[:named]
    assert "sync folder" in seen[named:]


def test_a_failed_sync_is_never_acknowledged(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageDown):
        FolderStorage(tmp_path / "kept").put(HASH, source)


def test_a_folder_that_cannot_be_written_fails_the_probe(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(StorageDown):
        FolderStorage(blocked / "kept").probe()


def test_a_bucket_that_does_not_answer_is_down_not_a_crash(source: Path) -> None:
    from obstore.store import S3Store

    store = S3Store(
        "nobody",
        endpoint="http://127.0.0.1:9",
        access_key_id="x",
        secret_access_key="y",
        region="x",
        client_options={"allow_http": True, "connect_timeout": "100ms"},
        retry_config={"max_retries": 0},
    )
    for use in (BucketStorage(store).probe, lambda: BucketStorage(store).put(HASH, source)):
        with pytest.raises(StorageDown):
            use()
