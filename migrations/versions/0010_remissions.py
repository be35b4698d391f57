"""The tables of fee waivers."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Create requests and their proof, and the triggers that keep what was asked and what was decided."""
    op.create_table(
        "remission",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("obligation_id", sa.UUID(), sa.ForeignKey("obligation.id"), nullable=False, index=True),
        sa.Column("court_code", sa.String(20), nullable=False),
        sa.Column("applicant_id", sa.UUID(), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("applied_at", TIME, nullable=False),
        sa.Column("decided_at", TIME),
        sa.Column("decided_by", sa.UUID()),
        sa.Column("reason_code", sa.String(60)),
        sa.Column("reason_text", sa.String()),
        sa.Column("pay_until", TIME),
        sa.Column("overdue_at", TIME),
        sa.Column("demand_ended_at", TIME),
        sa.CheckConstraint("status in ('applied', 'granted', 'part_granted', 'refused', 'withdrawn')", name="status"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("(status in ('granted', 'part_granted')) = (amount_minor is not null)", name="granted"),
        sa.CheckConstraint("(status = 'applied') = (decided_at is null)", name="decided"),
    )
    op.create_index(
        "uq_remission_live",
        "remission",
        ["obligation_id"],
        unique=True,
        postgresql_where=sa.text("status = 'applied'"),
    )
    op.create_index(
        "ix_remission_demand",
        "remission",
        ["pay_until"],
        postgresql_where=sa.text("pay_until is not null and demand_ended_at is null"),
    )
    op.create_table(
        "remission_evidence",
        sa.Column("remission_id", sa.UUID(), sa.ForeignKey("remission.id"), primary_key=True),
        sa.Column("document_id", sa.UUID(), sa.ForeignKey("document.id"), primary_key=True, index=True),
        sa.Column("court_code", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
    )
    _guard()


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(
        "create trigger remission_evidence_append_only before update or delete or truncate on remission_evidence "
        "for each statement execute function payments_are_append_only()"
    )
    op.execute(f"revoke update, delete on remission_evidence from {role}")
    op.execute(f"revoke delete on remission from {role}")
    op.execute(
        "create function remission_keeps() returns trigger language plpgsql as $$ begin "
        "if (old.reference, old.obligation_id, old.applicant_id, old.category, old.words, old.currency, old.applied_at)"
        " is distinct from "
        "(new.reference, new.obligation_id, new.applicant_id, new.category, new.words, new.currency, new.applied_at) "
        "then raise exception 'what was asked never changes' using errcode = 'check_violation'; end if; "
        "if old.status <> 'applied' and "
        "(old.status, old.amount_minor, old.decided_at, old.decided_by, old.reason_code, old.reason_text) "
        "is distinct from "
        "(new.status, new.amount_minor, new.decided_at, new.decided_by, new.reason_code, new.reason_text) "
        "then raise exception 'what was decided never changes' using errcode = 'check_violation'; end if; "
        "return new; end $$"
    )
    op.execute(
        "create trigger remission_keeps before update on remission for each row execute function remission_keeps()"
    )
