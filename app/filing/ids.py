"""Names of a filing's ids."""

from typing import NewType
from uuid import UUID

FilingId = NewType("FilingId", UUID)
