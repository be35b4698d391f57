"""Why somebody is not taken for an advocate: a reason from this list, and words of whoever decided."""

from collections.abc import Mapping
from enum import StrEnum

from app.core.language import T, Text


class RefusalReason(StrEnum):
    """The reasons. The value is stored, so it must not change."""

    NOT_IN_ROLL = "not_in_roll"
    OTHER_NAME = "other_name"
    NOT_ACTIVE = "not_active"
    OTHER = "other"


REASONS: Mapping[RefusalReason, Text] = {
    RefusalReason.NOT_IN_ROLL: T("The bar number is not in the roll of the bar"),
    RefusalReason.OTHER_NAME: T("The bar number belongs to another name"),
    RefusalReason.NOT_ACTIVE: T("The advocate is not in practice at present"),
    RefusalReason.OTHER: T("Another reason"),
}
"""Each reason in words, for whoever decides and for the applicant."""
