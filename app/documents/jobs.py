"""What the clock starts in this room."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.ticks import Job
from app.documents.folder import remove_old
from app.documents.intake import Intake
from app.documents.uploads import LIFETIME, forget_expired_uploads

# Twice an upload's life: nothing that a row still refers to is ever this old.
KEPT = 2 * LIFETIME


def sweeping(intake: Intake) -> Job:
    """Every hour: uploads whose time is over, and files that cut lines and killed processes left behind."""

    def sweep(session: Session, at: datetime) -> None:
        forget_expired_uploads(session, at)
        remove_old(intake.spool, before=at - KEPT)
        intake.storage.sweep(before=at - KEPT)

    return Job(name="documents.sweep", every=timedelta(hours=1), run=sweep)
