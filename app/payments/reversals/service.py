"""Keeps what providers tell of refunds, and gives it to the adapters that can't ask."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.db import Database
from app.core.errors import Absent
from app.core.ids import new_id
from app.payments.provider import ReportState
from app.payments.reversals.models import RefundResultRow
from app.payments.reversals.port import Result
from app.payments.vault import Vault

_R = RefundResultRow
_log = structlog.get_logger()


class KeptReversals:
    """The results that have come, in the database; an adapter never asks inside a transaction."""

    def __init__(self, database: Database, vault: Vault, address: str) -> None:
        """`address`: where the provider reaches us, such as https://portal.example/callbacks/daraja."""
        self._database = database
        self._vault = vault
        self._address = address

    def addresses(self, reference_id: UUID) -> tuple[str, str]:
        """The addresses for the result, and for the word that it waits in a queue."""
        here = f"{self._address}/refunds/{reference_id}/{secret_of(self._vault, reference_id)}"
        return f"{here}/result", f"{here}/queue"

    def results(self, reference_id: UUID) -> Sequence[Result]:
        """What came for a refund, oldest first."""
        with self._database.reading(SYSTEM) as session:
            rows = session.execute(
                select(_R.state, _R.provider_reference, _R.raw)
                .where(_R.reference_id == reference_id)
                .order_by(_R.at, _R.id)
            ).all()
        return [Result(state=ReportState(r.state), provider_reference=r.provider_reference, raw=r.raw) for r in rows]


def secret_of(vault: Vault, reference_id: UUID) -> str:
    """The secret part of a refund's addresses; derived, so nothing need be stored to know it again."""
    return vault.address_secret(f"refund:{reference_id}")


def check(vault: Vault, reference_id: UUID, secret: str) -> None:
    """Raises Absent unless this is the secret of the refund's addresses."""
    if not hmac.compare_digest(secret_of(vault, reference_id).encode(), secret.encode()):
        _log.warning("result_of_nobody")
        raise Absent


def keep_result(
    session: Session, provider: str, reference_id: UUID, result: Result, body: bytes, *, at: datetime
) -> None:
    """Keep what came; the same `body` for the same refund once."""
    body_hash = sha256(reference_id.bytes + result.state.encode() + body).hexdigest()
    session.execute(
        insert(_R)
        .values(
            id=new_id(),
            provider=provider,
            reference_id=reference_id,
            state=result.state,
            provider_reference=result.provider_reference,
            raw=result.raw,
            body_hash=body_hash,
            at=at,
        )
        .on_conflict_do_nothing(index_elements=["body_hash"])
    )
    session.info["wake"] = True
