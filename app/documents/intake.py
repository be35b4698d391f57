"""From bytes received to bytes kept: checked, photos put together, stored. No database and no transaction here, since
checking takes seconds and a bucket is a network away; `service.record_document` then writes the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

from app.documents.child import ChildSaysNo, run_job
from app.documents.kinds import HEAD, IMAGES, MEDIA_TYPES, TAIL, Kind, kind_of
from app.documents.limits import Limits
from app.documents.names import with_ending
from app.documents.refusals import Reason, reason_for, refused
from app.documents.spool import Received, discard, new_path, receive, received_at_path
from app.documents.storage import Storage, StorageDown, disk_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a checked file is. `width` and `height` in dots, for photos only."""

    kind: Kind
    media_type: str
    pages: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Bytes that are checked and stored."""

    sha256: str
    size: int
    media_type: str
    name: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document ready to be recorded: the PDF, and the photos it was made from, in order (none for a sent PDF)."""

    document: Kept
    sources: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where files come in: the storage, the spool folder and the limits; made once by wiring."""

    storage: Storage
    spool: Path
    limits: Limits


class Stored(Protocol):
    """Bytes that are kept, as `Kept` and the views of `queries` describe them."""

    @property
    def sha256(self) -> str:
        """Their hash."""
        ...

    @property
    def name(self) -> str:
        """Their name for display."""
        ...


class Upload(Protocol):
    """A file of a multipart form (werkzeug's FileStorage is one)."""

    @property
    def stream(self) -> IO[bytes]:
        """The bytes."""
        ...

    @property
    def filename(self) -> str | None:
        """What the sender calls it; empty when no file was chosen."""
        ...


def store_files(intake: Intake, files: Sequence[Upload], *, field: str = "files") -> Prepared:
    """One document from the files of a form: a PDF, or photos in the order of the list.

    Call it before the transaction is opened. Raises FileRefused, whose problem points at `field`, StorageFull,
    StorageDown, CheckerBusy; then nothing is kept but bytes that nobody refers to.
    """
    chosen = [file for file in files if file.filename]
    _check_number(len(chosen), intake.limits, field)
    received: list[Received] = []
    try:
        for file in chosen:
            name = file.filename or ""
            received.append(receive(file.stream, name=name, spool=intake.spool, limits=intake.limits, field=field))
        return prepare(intake, received, field=field)
    finally:
        discard(received)


def prepare(intake: Intake, received: Sequence[Received], *, field: str = "files") -> Prepared:
    """As `store_files`, for files already in the spool (finished resumable uploads). They stay there: see `discard`."""
    _check_number(len(received), intake.limits, field)
    for file in received:
        if file.size > intake.limits.max_bytes:
            raise refused(Reason.TOO_BIG, file.name, intake.limits, field=field)
    if sum(file.size for file in received) > intake.limits.max_together:
        raise refused(Reason.TOO_BIG_TOGETHER, received[0].name, intake.limits, field=field)
    kinds = [_accepted_kind(file, intake.limits, field) for file in received]
    if all(kind in IMAGES for kind in kinds):
        found = _inspect_photos(received, kinds, intake.limits, field)
        return _from_photos(intake, received, found, field)
    if len(received) > 1:
        raise refused(Reason.MIXED, received[0].name, intake.limits, field=field)
    pdf = _inspect_pdf(received[0], intake.limits, field)
    intake.storage.put(received[0].sha256, received[0].path)
    return Prepared(document=_kept(received[0], pdf))


def store_made(intake: Intake, content: bytes, *, name: str) -> Prepared:
    """A PDF that the portal made itself (the pleading), checked like any other and kept."""
    received = receive(BytesIO(content), name=name, spool=intake.spool, limits=intake.limits)
    try:
        return prepare(intake, [received])
    finally:
        discard([received])


def reassemble(intake: Intake, photos: Sequence[Stored], *, field: str = "files") -> Prepared:
    """A new document from photos that are already kept (a document's `sources`), in the order given."""
    received: list[Received] = []
    try:
        for photo in photos:
            received.append(fetch(intake, photo.sha256, name=photo.name))
        return prepare(intake, received, field=field)
    finally:
        discard(received)


def fetch(intake: Intake, sha256: str, *, name: str) -> Received:
    """A copy in the spool of bytes that are kept; raises FileGone, StorageDown. Discard it after use."""
    path = new_path(intake.spool)
    try:
        with disk_errors(), path.open("xb") as file:
            for piece in intake.storage.read(sha256):
                file.write(piece)
        received = received_at_path(path, name=name)
        if received.sha256 != sha256:
            raise StorageDown
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return received


def inspect(file: Received, limits: Limits, *, field: str = "files") -> Inspection:
    """What the file is, told by its content; the dangerous part is done by a limited child process.

    Raises FileRefused with the reason and its cure.
    """
    kind = _accepted_kind(file, limits, field)
    if kind is Kind.PDF:
        return _inspect_pdf(file, limits, field)
    return _inspect_photos([file], [kind], limits, field)[0]


def _accepted_kind(file: Received, limits: Limits, field: str) -> Kind:
    kind = _kind(file.path)
    reason = reason_for(kind)
    if reason is not None:
        raise refused(reason, file.name, limits, field=field)
    return kind


def _inspect_pdf(file: Received, limits: Limits, field: str) -> Inspection:
    try:
        found = run_job("pdf", {"path": str(file.path), "max_pages": limits.max_pages}, file_size=0)
    except ChildSaysNo as no:
        raise refused(Reason(no.reason), file.name, limits, detail=no.detail, field=field) from no
    return Inspection(kind=Kind.PDF, media_type=MEDIA_TYPES[Kind.PDF], pages=found["pages"])


def _inspect_photos(files: Sequence[Received], kinds: Sequence[Kind], limits: Limits, field: str) -> list[Inspection]:
    """All photos in one child: starting it costs more than looking at one."""
    try:
        found = run_job("images", {"photos": _photos(files, kinds)}, file_size=0, files=len(files))
    except ChildSaysNo as no:
        raise _photo_refusal(no, files, limits, field) from no
    return [
        Inspection(kind=kind, media_type=MEDIA_TYPES[kind], pages=1, width=width, height=height)
        for kind, (width, height) in zip(kinds, found["sizes"], strict=True)
    ]


def _photos(files: Sequence[Received], kinds: Sequence[Kind]) -> list[dict[str, str]]:
    return [{"path": str(file.path), "kind": kind.value} for file, kind in zip(files, kinds, strict=True)]


def _photo_refusal(no: ChildSaysNo, files: Sequence[Received], limits: Limits, field: str) -> Exception:
    """The child tells the place of the bad photo; when it died, the first has to stand for all."""
    as_photo = {Reason.DAMAGED: Reason.IMAGE_DAMAGED, Reason.TOO_HEAVY: Reason.IMAGE_PIXELS}
    reason = Reason(no.reason)
    name = files[no.detail or 0].name
    return refused(as_photo.get(reason, reason), name, limits, field=field)


def _check_number(number: int, limits: Limits, field: str) -> None:
    if number == 0:
        raise refused(Reason.NO_FILE, "", limits, field=field)
    if number > limits.max_files:
        raise refused(Reason.TOO_MANY_FILES, "", limits, detail=number, field=field)


def _kind(path: Path) -> Kind:
    with disk_errors(), path.open("rb") as file:
        head = file.read(HEAD)
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        return kind_of(head, file.read(TAIL))


def _from_photos(intake: Intake, photos: Sequence[Received], found: Sequence[Inspection], field: str) -> Prepared:
    if len(photos) > intake.limits.max_pages:
        raise refused(Reason.TOO_MANY_PAGES, photos[0].name, intake.limits, detail=len(photos), field=field)
    assembled = _assembled(intake, photos, found, field)
    try:
        for file in (*photos, assembled):
            intake.storage.put(file.sha256, file.path)
    finally:
        discard([assembled])
    return Prepared(
        document=Kept(
            sha256=assembled.sha256,
            size=assembled.size,
            media_type=MEDIA_TYPES[Kind.PDF],
            name=assembled.name,
            pages=len(photos),
        ),
        sources=tuple(_kept(photo, item) for photo, item in zip(photos, found, strict=True)),
    )


def _assembled(intake: Intake, photos: Sequence[Received], found: Sequence[Inspection], field: str) -> Received:
    target = new_path(intake.spool)
    order = _photos(photos, [item.kind for item in found])
    # Photos of other kinds may grow when they become JPEG; the sum of what was sent bounds the rest.
    most = 2 * sum(photo.size for photo in photos) + 8 * intake.limits.max_bytes
    try:
        run_job("assemble", {"photos": order, "target": str(target)}, file_size=most, files=len(photos))
        return received_at_path(target, name=with_ending(photos[0].name, "pdf"))
    except ChildSaysNo as no:
        target.unlink(missing_ok=True)
        raise _photo_refusal(no, photos, intake.limits, field) from no
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _kept(file: Received, found: Inspection) -> Kept:
    return Kept(sha256=file.sha256, size=file.size, media_type=found.media_type, name=file.name, pages=found.pages)
