"""Puts the room together from the settings; called by wiring."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.config import Settings
from app.documents.bucket import BucketStorage
from app.documents.folder import FolderStorage
from app.documents.intake import Intake
from app.documents.limits import Limits
from app.documents.storage import Storage


def open_storage(url: str) -> Storage:
    """The storage at `url`: "file:///path" is a folder of this machine, "memory:///" forgets, all else is a bucket."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStorage(Path(unquote(f"/{parts.netloc}{parts.path}" if parts.netloc else parts.path)))
    return BucketStorage.at(url)


def furnish(settings: Settings) -> Intake:
    """Where files come in, for these settings. Views find it as `app.extensions["documents"]`."""
    limits = Limits(
        max_bytes=settings.upload_max_bytes,
        max_files=settings.upload_max_files,
        max_pages=settings.upload_max_pages,
    )
    return Intake(
        storage=open_storage(settings.storage_url),
        spool=Path(settings.scratch_dir).absolute() / "uploads",
        limits=limits,
    )
