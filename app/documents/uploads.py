"""Resumable uploads: rows here, bytes in the spool (`upload_file`). Only the owner sees or touches one.

The offset in the row counts bytes that are durably on disk. One writer at a time holds the file's lock; the bytes are
written and synced outside of any transaction, then the offset moves on in a guarded update.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.counters import hit
from app.core.errors import Absent, Conflict, TooMany
from app.core.ids import new_id
from app.core.language import T
from app.documents.ids import UploadId
from app.documents.intake import Intake
from app.documents.models import UploadRow
from app.documents.names import display_name
from app.documents.refusals import Reason, refused
from app.documents.spool import SUFFIX, Received, received_at_path
from app.documents.upload_file import Upload, file_of

LIFETIME = timedelta(hours=24)
WINDOW = timedelta(hours=1)
MOST_STARTED = 400
"""How many uploads one person may start in a window: ten times the files of a large filing."""


class WrongOffset(Conflict):
    """The bytes don't continue where the upload stands; the client asks where that is and goes on from there."""

    text = T("This part of the file does not follow the last one. The upload goes on from where it stood.")


class UploadUnfinished(Conflict):
    """A form refers to an upload whose bytes are not all here."""

    text = T("A file has not arrived fully. Choose it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartUpload:
    """Announce a file of `length` bytes that the sender calls `name`."""

    name: str
    length: int


def start_upload(session: Session, actor: Actor, intake: Intake, command: StartUpload, *, at: datetime) -> Upload:
    """A new upload of the actor. Raises FileRefused (empty, too big), TooMany."""
    name = display_name(command.name)
    if command.length == 0:
        raise refused(Reason.EMPTY, name, intake.limits)
    if command.length > intake.limits.max_bytes:
        raise refused(Reason.TOO_BIG, name, intake.limits)
    owner = _owner(actor)
    _check_rate(session, owner, intake, at)
    upload = Upload(
        id=UploadId(new_id()),
        name=name,
        file=f"{secrets.token_hex(16)}{SUFFIX}",
        length=command.length,
        received=0,
        expires_at=at + LIFETIME,
    )
    row = UploadRow(
        id=upload.id,
        owner_id=owner,
        name=upload.name,
        file=upload.file,
        length=upload.length,
        received=0,
        created_at=at,
        expires_at=upload.expires_at,
    )
    session.add(row)
    session.flush()
    return upload


def _check_rate(session: Session, owner: UUID, intake: Intake, at: datetime) -> None:
    """Neither too many starts an hour nor more unfinished bytes than two full filings."""
    unfinished = session.scalar(
        select(func.coalesce(func.sum(UploadRow.length), 0)).where(
            UploadRow.owner_id == owner, UploadRow.taken_at.is_(None), UploadRow.expires_at > at
        )
    )
    most = 2 * intake.limits.max_files * intake.limits.max_bytes
    if hit(session, f"upload:{owner}", WINDOW, at) > MOST_STARTED or int(unfinished or 0) >= most:
        raise TooMany(WINDOW)


def find_upload(session: Session, actor: Actor, upload_id: UUID, *, at: datetime) -> Upload:
    """The actor's own upload; raises Absent for anybody else's, an expired or a used one."""
    row = session.execute(_of(actor, [upload_id], at)).first()
    if row is None:
        raise Absent
    return Upload(**row._mapping)


def advance(session: Session, actor: Actor, upload: Upload, received: int, *, at: datetime) -> Upload:
    """Move the offset on from where `upload` stood to `received`, and the end of its life with it."""
    moved = session.execute(
        update(UploadRow)
        .where(UploadRow.id == upload.id, UploadRow.owner_id == _owner(actor), UploadRow.taken_at.is_(None))
        .where(UploadRow.received == upload.received)
        .values(received=received, expires_at=at + LIFETIME)
        .returning(UploadRow.id)
    ).first()
    if moved is None:
        raise WrongOffset
    return Upload(
        id=upload.id,
        name=upload.name,
        file=upload.file,
        length=upload.length,
        received=received,
        expires_at=at + LIFETIME,
    )


def end_upload(session: Session, actor: Actor, upload_id: UUID, *, at: datetime) -> Upload:
    """Forget the actor's own upload; the caller removes its file after the commit. Raises Absent."""
    upload = find_upload(session, actor, upload_id, at=at)
    session.execute(delete(UploadRow).where(UploadRow.id == upload.id))
    return upload


def ready(session: Session, actor: Actor, upload_ids: Sequence[UUID], *, at: datetime) -> tuple[Upload, ...]:
    """The actor's finished uploads, in the order given; nothing is changed yet. Raises UploadUnfinished."""
    found = {row.id: Upload(**row._mapping) for row in session.execute(_of(actor, upload_ids, at))}
    if len(set(upload_ids)) != len(upload_ids) or not all(i in found and found[i].finished for i in upload_ids):
        raise UploadUnfinished
    return tuple(found[i] for i in upload_ids)


def use(session: Session, actor: Actor, upload_ids: Sequence[UUID], *, at: datetime) -> None:
    """Mark finished uploads as used, in the transaction that records their document: each can be used once.

    Raises UploadUnfinished when one is not there, not the actor's, not finished or used already.
    """
    used = session.execute(
        update(UploadRow)
        .where(UploadRow.id.in_(upload_ids), UploadRow.owner_id == _owner(actor), UploadRow.taken_at.is_(None))
        .where(UploadRow.received == UploadRow.length, UploadRow.expires_at > at)
        .values(taken_at=at)
        .returning(UploadRow.id)
    ).all()
    if len(used) != len(upload_ids):
        raise UploadUnfinished


def take(session: Session, actor: Actor, intake: Intake, upload_id: UUID, *, at: datetime) -> Received:
    """`ready` and `use` in one: the actor's finished upload, which nobody can take again."""
    (upload,) = ready(session, actor, [upload_id], at=at)
    use(session, actor, [upload_id], at=at)
    return received_upload(intake, upload)


def received_upload(intake: Intake, upload: Upload) -> Received:
    """The file of a finished upload, hashed; raises UploadUnfinished when its bytes are not on this machine."""
    path = file_of(intake, upload)
    if not path.is_file() or path.stat().st_size != upload.length:
        raise UploadUnfinished
    return received_at_path(path, name=upload.name)


def forget_expired_uploads(session: Session, at: datetime) -> None:
    """Drop the rows of uploads whose time is over; a job of the clock. Their files go with the spool's sweep."""
    session.execute(delete(UploadRow).where(UploadRow.expires_at <= at))


_COLUMNS = (
    UploadRow.id,
    UploadRow.name,
    UploadRow.file,
    UploadRow.length,
    UploadRow.received,
    UploadRow.expires_at,
)


def _of(actor: Actor, upload_ids: Sequence[UUID], at: datetime) -> Select[UUID, str, str, int, int, datetime]:
    return select(*_COLUMNS).where(
        UploadRow.id.in_(upload_ids),
        UploadRow.owner_id == _owner(actor),
        UploadRow.taken_at.is_(None),
        UploadRow.expires_at > at,
    )


def _owner(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise Absent
    return actor.person_id
