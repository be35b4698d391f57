"""Pages as pictures, so that nobody at the court has to open a stranger's file."""

from app.documents.child import ChildSaysNo, run_job
from app.documents.intake import Intake, fetch
from app.documents.spool import discard, new_path
from app.documents.storage import FileGone, disk_errors

WIDTHS = (320, 640, 960, 1280, 1920)
MEDIA_TYPE = "image/webp"
_LARGEST = 20_000_000


def page_image(intake: Intake, sha256: str, page: int, width: int) -> bytes:
    """Page `page` (from 1) as WebP, at least `width` dots wide where WIDTHS allows; made once, then kept.

    Raises FileGone for no such file or page, and for a page that can't be drawn; StorageDown, CheckerBusy.
    """
    if page < 1:
        raise FileGone
    dots = next((w for w in WIDTHS if w >= width), WIDTHS[-1])
    name = f"page-{page}-{dots}.webp"
    found = intake.storage.rendition(sha256, name)
    if found is None:
        found = _drawn(intake, sha256, page, dots)
        intake.storage.put_rendition(sha256, name, found)
    return found


def _drawn(intake: Intake, sha256: str, page: int, dots: int) -> bytes:
    original = fetch(intake, sha256, name="original")
    target = new_path(intake.spool)
    arguments = {"path": str(original.path), "page": page, "width": dots, "target": str(target)}
    try:
        run_job("page", arguments, file_size=_LARGEST)
        with disk_errors():
            return target.read_bytes()
    except ChildSaysNo as no:
        raise FileGone from no
    finally:
        discard([original])
        target.unlink(missing_ok=True)
