"""The names of this room's things."""

from typing import NewType
from uuid import UUID

RemissionId = NewType("RemissionId", UUID)
