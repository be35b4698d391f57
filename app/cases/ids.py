"""Names of a case's ids."""

from typing import NewType
from uuid import UUID

CaseId = NewType("CaseId", UUID)
PartyId = NewType("PartyId", UUID)
