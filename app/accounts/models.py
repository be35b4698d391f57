"""The tables of accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.status import FLOW_STEPS, GRANT_STEPS, FlowStep, GrantState
from app.core.db import Base
from app.core.outbox import Queued


class PersonRow(Base):
    """One human being with an account. `totp_step` is the last time step whose code was used up."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_signed_in_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class ContactRow(Base):
    """A way to reach a person, proven by a code. What isn't proven yet stands in a flow, never here."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("kind", "value"), UniqueConstraint("person_id", "kind"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(254))
    verified_at: Mapped[datetime]


_LIVE = text("state in ('pending', 'active')")


class RoleGrantRow(Base):
    """A role that somebody asked for, holds or held. A row ends; it is never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("role <> 'advocate' or bar_number is not null", name="advocate_has_bar_number"),
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            "court_code",
            unique=True,
            postgresql_where=_LIVE,
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_role_grant_bar_number",
            "bar_number",
            unique=True,
            postgresql_where=text("role = 'advocate' and state = 'active'"),
        ),
        Index("ix_role_grant_court", "court_code", "role", postgresql_where=text("state = 'active'")),
        Index("ix_role_grant_waiting", "id", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    court_code: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    bar_number: Mapped[str | None] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    refusal_code: Mapped[str | None] = mapped_column(String(20))
    refusal_words: Mapped[str | None]

    def move_to(self, state: GrantState) -> None:
        """Take the next state; raises IllegalTransition."""
        GRANT_STEPS.check(GrantState(self.state), state)
        self.state = state.value


class WebSessionRow(Base):
    """One browser in which somebody is signed in. The cookie holds the token, the table only its SHA-256."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_live", "person_id", postgresql_where=text("ended_at is null")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    browser: Mapped[str] = mapped_column(String(80))
    authenticated_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class FlowRow(Base):
    """A road of several pages that one browser walks: registering, resetting, signing in with a second factor.

    `decoy` marks a flow that can't succeed (the contact is known, or isn't) but looks and costs the same.
    """

    __tablename__ = "account_flow"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    step: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    contact_kind: Mapped[str | None] = mapped_column(String(10))
    contact_value: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2))
    next_path: Mapped[str | None] = mapped_column(String(1000))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    decoy: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    def move_to(self, step: FlowStep) -> None:
        """Take the next step; raises IllegalTransition."""
        FLOW_STEPS.check(FlowStep(self.step), step)
        self.step = step.value


class OneTimeCodeRow(Base):
    """A code that was sent for a flow. A flow has one at a time; only its HMAC is kept."""

    __tablename__ = "one_time_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    flow_id: Mapped[UUID] = mapped_column(ForeignKey("account_flow.id", ondelete="CASCADE"), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OutgoingCodeRow(Queued, Base):
    """Words on their way to somebody, sealed; erased once sent or too late to be of use."""

    __tablename__ = "outgoing_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
