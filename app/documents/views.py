"""Resumable uploads over HTTP: tus 1.0.0 core with creation, termination and expiration (https://tus.io/protocols).

The client sends an id from here with the ordinary form of the room that wants the file. Refusals are plain text, which
the page's script shows as it is.
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import ClientDisconnected

from app.core.errors import Absent, Invalid, Refusal
from app.core.language import T
from app.documents.delivery import intake
from app.documents.storage import CHUNK
from app.documents.upload_file import Upload, append, file_of, is_whole, locked
from app.documents.uploads import StartUpload, WrongOffset, advance, end_upload, find_upload, start_upload
from app.web.access import actor, public, requires, signed_in
from app.web.transactions import database, now, stop_reading, writing

bp = Blueprint("uploads", __name__, url_prefix="/uploads")
VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
_TYPE = "application/offset+octet-stream"
_LONGEST_NAME = 1000


class BadUploadRequest(Invalid):
    """A header of the upload protocol is missing or makes no sense."""

    status = 400
    text = T("The file could not be sent in this way. Reload the page and choose it again.")


class OtherVersion(Refusal):
    """The client speaks another version of the protocol."""

    status = 412
    text = BadUploadRequest.text


class OtherType(Refusal):
    """The bytes of an upload come as application/offset+octet-stream and nothing else."""

    status = 415
    text = BadUploadRequest.text


@bp.after_request
def _headers(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@public
def abilities() -> Response:
    """What this server can do, and the largest file it takes."""
    return Response(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(intake().limits.max_bytes),
        },
    )


@bp.post("")
@requires(signed_in)
def start() -> Response:
    """Announce a file; the answer says where its bytes go."""
    _check_version()
    command = StartUpload(name=_name(), length=_number("Upload-Length"))
    with writing() as session:
        upload = start_upload(session, actor(), intake(), command, at=now())
    response = _standing(upload, 201)
    response.headers["Location"] = url_for("uploads.where", upload_id=upload.id)
    return response


@bp.route("/<uuid:upload_id>", methods=["HEAD"])
@requires(signed_in)
def where(upload_id: UUID) -> Response:
    """How many bytes are durably here."""
    _check_version()
    return _standing(_found(upload_id), 200)


@bp.patch("/<uuid:upload_id>")
@requires(signed_in)
def go_on(upload_id: UUID) -> Response:
    """More bytes, from where the upload stands. No transaction is open while they come."""
    _check_version()
    if request.mimetype != _TYPE:
        raise OtherType
    offset = _number("Upload-Offset")
    path = file_of(intake(), _found(upload_id))
    with locked(path) as descriptor:
        upload = _found(upload_id)  # asked again under the lock: another request may have gone on meanwhile
        if upload.received != offset:
            raise WrongOffset
        received = append(descriptor, upload, _pieces(), path.parent)
        with writing() as session:
            upload = advance(session, actor(), upload, received, at=now())
    return _standing(upload, 204)


@bp.delete("/<uuid:upload_id>")
@requires(signed_in)
def stop(upload_id: UUID) -> Response:
    """Forget the upload and its bytes."""
    _check_version()
    with writing() as session:
        upload = end_upload(session, actor(), upload_id, at=now())
    file_of(intake(), upload).unlink(missing_ok=True)
    return Response(status=204)


def _found(upload_id: UUID) -> Upload:
    stop_reading()
    with database().reading(actor()) as session:
        upload = find_upload(session, actor(), upload_id, at=now())
    if not is_whole(intake(), upload):
        raise Absent
    return upload


def _pieces() -> Iterator[bytes]:
    """The body as it comes; ends early, without an error, where the line is cut."""
    try:
        while piece := request.stream.read(CHUNK):
            yield piece
    except (ClientDisconnected, ConnectionError, TimeoutError):
        return


def _standing(upload: Upload, status: int) -> Response:
    headers = {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Expires": _http_date(upload.expires_at),
        "Cache-Control": "no-store",
    }
    return Response(status=status, headers=headers)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion


def _number(header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise BadUploadRequest
    return int(value)


def _name() -> str:
    """The file's name from Upload-Metadata ("filename <base64 of UTF-8>"); other keys are let pass and forgotten."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            return _decoded(value)
    return ""


def _decoded(value: str) -> str:
    try:
        name = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadUploadRequest from error
    if len(name) > _LONGEST_NAME or any(c < " " or c == "\x7f" for c in name):
        raise BadUploadRequest
    return name
