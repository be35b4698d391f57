"""What this room's pages find in the process; wiring puts it into `app.extensions` at start."""

from flask import current_app

from app.payments.links import SubjectLink
from app.payments.till import Till


def current_till() -> Till:
    """Where payments are taken: `app.extensions["till"]`."""
    found: Till = current_app.extensions["till"]
    return found


def subject_link() -> SubjectLink:
    """Where a subject's own page is: `app.extensions["subject_link"]`."""
    found: SubjectLink = current_app.extensions["subject_link"]
    return found


def waiver_link() -> SubjectLink:
    """Where to ask not to pay for a subject: `app.extensions["waiver_link"]`."""
    found: SubjectLink = current_app.extensions["waiver_link"]
    return found
