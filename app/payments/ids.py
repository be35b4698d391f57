"""The names of this room's things."""

from typing import NewType
from uuid import UUID

ObligationId = NewType("ObligationId", UUID)
AttemptId = NewType("AttemptId", UUID)
RefundId = NewType("RefundId", UUID)
