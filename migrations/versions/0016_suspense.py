"""What became of money that nobody could place, bills whose money never came, messages sent again, reasons."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
TABLE = "unidentified_placement"


def upgrade() -> None:
    """Create the table, and keep what is said in it as it was written; mark bills that are unpaid after all."""
    op.add_column("role_grant", sa.Column("refusal_code", sa.String(20)))
    op.add_column("role_grant", sa.Column("refusal_words", sa.String()))
    op.add_column("delivery", sa.Column("resent_at", TIME))
    op.add_column("obligation", sa.Column("short_at", TIME))
    op.add_column("obligation", sa.Column("overdue_at", TIME))
    short = sa.text("short_at is not null")
    op.create_index("ix_obligation_short", "obligation", ["short_at"], postgresql_where=short)
    op.create_table(
        TABLE,
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("payment_id", sa.UUID(), sa.ForeignKey("unidentified_payment.id"), nullable=False, index=True),
        sa.Column("court_code", sa.String(20), nullable=False),
        sa.Column("obligation_id", sa.UUID(), sa.ForeignKey("obligation.id"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=False),
        sa.Column("decided_by", sa.UUID()),
        sa.Column("attempt_id", sa.UUID(), sa.ForeignKey("payment_attempt.id"), unique=True),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("state in ('asked', 'placed', 'refused', 'returned')", name="state"),
        sa.CheckConstraint("(state = 'asked') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("(state in ('placed', 'returned')) = (attempt_id is not null)", name="attempt"),
    )
    for name, columns, where in (
        ("uq_unidentified_placement_asked", ["payment_id", "turn"], "state = 'asked'"),
        ("uq_unidentified_placement_decided", ["payment_id", "turn"], "state <> 'asked'"),
        ("uq_unidentified_placement", ["payment_id"], "state in ('placed', 'returned')"),
    ):
        op.create_index(name, TABLE, columns, unique=True, postgresql_where=sa.text(where))
    op.execute(
        f"create trigger {TABLE}_append_only before update or delete or truncate on {TABLE} "
        "for each statement execute function payments_are_append_only()"
    )
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(f"revoke update, delete on {TABLE} from {role}")
