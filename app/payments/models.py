"""The tables of payments. What is history is append-only, and the database says so too."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base
from app.core.outbox import Queued
from app.payments.ids import AttemptId
from app.payments.status import ATTEMPT_TRANSITIONS, LIVE, AttemptState


def _one_of(column: str, values: type[AttemptState]) -> str:
    return f"{column} in ({', '.join(repr(v.value) for v in values)})"


class ObligationRow(Base):
    """What somebody owes for one subject, such as a filing. Its status is derived, never stored.

    `short_at`: since when it is known that money which had paid it never came, while the subject had gone on.
    `overdue_at`: a registrar must decide what follows from that.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        Index("uq_obligation_subject", "subject", unique=True, postgresql_where=text("voided_at is null")),
        Index("ix_obligation_owner_id", "owner_id", "id"),
        Index("ix_obligation_short", "short_at", postgresql_where=text("short_at is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[UUID] = mapped_column(index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    opened_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(60))
    short_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]


class ObligationLineRow(Base):
    """One fee as it stood when it was raised: a snapshot, never changed.

    `reprices`: it is the difference that a later fee schedule makes to the lines before it, and may be below zero.
    """

    __tablename__ = "obligation_line"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0 or reprices", name="amount"),
        UniqueConstraint("obligation_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id"))
    position: Mapped[int]
    court_code: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(60))
    title: Mapped[dict[str, Any]]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    added_at: Mapped[datetime]
    reprices: Mapped[bool] = mapped_column(default=False, server_default=false())


class PaymentAttemptRow(Queued, Base):
    """One attempt to pay. Amount and reference never change, and `succeeded` is never left (a trigger holds both)."""

    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("obligation_id", "number"),
        CheckConstraint(_one_of("state", AttemptState), name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("provider", "provider_id"),
        Index(
            "uq_payment_attempt_live",
            "obligation_id",
            unique=True,
            postgresql_where=text(f"state in ({', '.join(repr(s.value) for s in sorted(LIVE))})"),
        ),
        Index("ix_payment_attempt_begun_by", "begun_by", postgresql_where=text("begun_by is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference_id: Mapped[UUID] = mapped_column(unique=True)
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    provider: Mapped[str] = mapped_column(String(30))
    host: Mapped[str | None] = mapped_column(String(200))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    msisdn_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    msisdn_tail: Mapped[str | None] = mapped_column(String(3))
    callback_hash: Mapped[str] = mapped_column(String(64), unique=True)
    provider_id: Mapped[str | None] = mapped_column(String(200))
    pay_url: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    provider_reference: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime | None]
    prompt_expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]
    begun_by: Mapped[UUID | None]
    begun_key: Mapped[UUID | None]

    @classmethod
    def move_to(
        cls, session: Session, attempt_id: AttemptId, before: AttemptState, after: AttemptState, **values: Any
    ) -> bool:
        """Move the attempt from `before` to `after`; the one place where the state is written.

        False when it was no longer in `before`: somebody else won. Raises IllegalTransition.
        """
        ATTEMPT_TRANSITIONS.check(before, after)
        moved = session.execute(
            update(cls)
            .where(cls.id == attempt_id, cls.state == before)
            .values(state=after, **values)
            .returning(cls.id)
            .execution_options(synchronize_session=False)
        )
        return moved.first() is not None


class PaymentEvidenceRow(Base):
    """What a provider said, redacted, when it changed anything. Append-only."""

    __tablename__ = "payment_evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    said: Mapped[str] = mapped_column(String(40))
    raw: Mapped[str]


class AttemptEventRow(Base):
    """One step of an attempt: who, on what evidence, from, to. Append-only; a success without evidence is refused."""

    __tablename__ = "attempt_event"
    __table_args__ = (
        CheckConstraint(
            "to_state <> 'succeeded' or (evidence_id is not null and from_state is not null)", name="evidence"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_evidence.id"))


class CallbackInboxRow(Queued, Base):
    """A callback, kept the moment it came; the worker asks the provider before anything is believed."""

    __tablename__ = "callback_inbox"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(30))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    body_hash: Mapped[str] = mapped_column(String(64), unique=True)
    raw: Mapped[str]
    hint: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    provider_reference: Mapped[str | None] = mapped_column(String(100))


class JournalEntryRow(Base):
    """One entry of the books. Append-only; a trigger refuses an entry that does not sum to zero."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("uq_journal_entry_payment", "attempt_id", unique=True, postgresql_where=text("kind = 'payment'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    court_code: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    obligation_id: Mapped[UUID | None] = mapped_column(ForeignKey("obligation.id"), index=True)
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_attempt.id"))


class PostingRow(Base):
    """One side of an entry: debits are positive, credits negative, in minor units."""

    __tablename__ = "posting"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(60))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))


class RefundDueRow(Base):
    """Money that was paid and must go back: a second success, or a payment for what became void or was waived."""

    __tablename__ = "refund_due"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("attempt_id", "cause"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id"), index=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    cause: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
