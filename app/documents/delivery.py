"""Sending files to browsers. Only rooms' views call this, after their own policy has let the reader in."""

import unicodedata
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import quote

from flask import Response, current_app, request

from app.documents.intake import Intake
from app.documents.storage import FileGone

# A stranger's file must not run, frame or load anything, whatever a browser takes it for.
_STRANGERS = "sandbox; default-src 'none'"
# Papers that we made may be shown by the browser's own PDF viewer, which some browsers switch off in a sandbox.
_OURS = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'; frame-ancestors 'none'"


class Deliverable(Protocol):
    """What is needed of a kept file to send it; `DocumentView` and `SourceView` are such."""

    @property
    def sha256(self) -> str:
        """Where its bytes are."""
        ...

    @property
    def media_type(self) -> str:
        """What it is, as we found when we checked it."""
        ...

    @property
    def name(self) -> str:
        """What to call it."""
        ...


def intake() -> Intake:
    """This process's intake: storage, spool and limits."""
    found: Intake = current_app.extensions["documents"]
    return found


def send_document(document: Deliverable) -> Response:
    """The untouched bytes as a download, with the document's name; understands one range of bytes.

    Raises FileGone, StorageDown before anything is sent.
    """
    storage = intake().storage
    size = storage.size(document.sha256)
    if size is None:
        raise FileGone
    start, end, partial = 0, size, False
    wanted = request.range
    if wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1:
        span = wanted.range_for_length(size)
        if span is None:
            return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        start, end, partial = span[0], span[1], True
    pieces: Iterator[bytes] = storage.read(document.sha256, start=start, end=end)
    response = Response(pieces, status=206 if partial else 200, mimetype=document.media_type)
    response.content_length = end - start
    response.headers["Accept-Ranges"] = "bytes"
    if partial:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return _guarded(response, document.name, inline=False, policy=_STRANGERS)


def send_paper(content: bytes, name: str, *, inline: bool = True) -> Response:
    """A PDF that the portal has just made (preview, receipt), shown in the browser or downloaded."""
    return _guarded(Response(content, mimetype="application/pdf"), name, inline=inline, policy=_OURS)


def send_picture(content: bytes, media_type: str) -> Response:
    """A page image; for the reader's eyes only, kept in no cache but the browser's own for a while."""
    response = _guarded(Response(content, mimetype=media_type), "page.webp", inline=True, policy=_STRANGERS)
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def _guarded(response: Response, name: str, *, inline: bool, policy: str) -> Response:
    response.headers["Content-Disposition"] = disposition(name, inline=inline)
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def disposition(name: str, *, inline: bool) -> str:
    """The Content-Disposition header of RFC 6266: a plain name for old programs, the true one beside it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in plain).strip() or "document"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
