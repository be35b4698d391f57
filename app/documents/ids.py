"""Identifiers of this room."""

from typing import NewType
from uuid import UUID

DocumentId = NewType("DocumentId", UUID)
UploadId = NewType("UploadId", UUID)
