"""For the views of other rooms: the document that came with this request, whichever way its files were sent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import request

from app.documents.delivery import intake
from app.documents.intake import Intake, Prepared, Upload, prepare
from app.documents.refusals import Reason, refused
from app.documents.spool import Received, discard, receive
from app.documents.uploads import UploadUnfinished, ready, received_upload
from app.web.access import actor
from app.web.transactions import database, now, stop_reading

UPLOADS = "upload"
"""The name of the hidden inputs that carry the ids of finished resumable uploads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A checked and kept document. Give `upload_ids` to `uploads.use` in the transaction that records it."""

    prepared: Prepared
    upload_ids: tuple[UUID, ...]


def sent_anything(field: str) -> bool:
    """Whether this request brought any file for the file field `field`."""
    return bool(_upload_ids()) or any(file.filename for file in request.files.getlist(field))


@contextmanager
def arrived(field: str) -> Iterator[Arrived]:
    """The document made of the files of this request: resumable uploads first, then those of the form itself.

    No transaction may be open: checking takes a while. Inside the block open the writing one, call `uploads.use` and
    `service.record_document`; when the block ends well, the spool is emptied. Raises FileRefused (its problem points at
    `field`), UploadUnfinished, StorageFull, StorageDown, CheckerBusy.
    """
    place, ids = intake(), _upload_ids()
    chosen = [file for file in request.files.getlist(field) if file.filename]
    if len(ids) + len(chosen) > place.limits.max_files:
        raise refused(Reason.TOO_MANY_FILES, "", place.limits, detail=len(ids) + len(chosen), field=field)
    uploaded = _uploaded(place, ids)
    posted: list[Received] = []
    try:
        posted.extend(_posted(place, chosen, field))
        yield Arrived(prepared=prepare(place, [*uploaded, *posted], field=field), upload_ids=ids)
        discard(uploaded)
    finally:
        discard(posted)


def _upload_ids() -> tuple[UUID, ...]:
    try:
        return tuple(UUID(value) for value in request.form.getlist(UPLOADS) if value)
    except ValueError as error:
        raise UploadUnfinished from error


def _uploaded(place: Intake, ids: tuple[UUID, ...]) -> list[Received]:
    if not ids:
        return []
    stop_reading()
    with database().reading(actor()) as session:
        uploads = ready(session, actor(), ids, at=now())
    return [received_upload(place, upload) for upload in uploads]


def _posted(place: Intake, chosen: Sequence[Upload], field: str) -> Iterator[Received]:
    for file in chosen:
        yield receive(file.stream, name=file.filename or "", spool=place.spool, limits=place.limits, field=field)
