"""Which days a statement covers, which refund a difference is about, and what came out of suspense again."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Add the columns and the table; what is there already stays as it is."""
    for name in ("first_day", "last_day"):
        op.add_column("statement_file", sa.Column(name, sa.Date()))
    op.create_check_constraint(
        "covers", "statement_file", "(first_day is null) = (last_day is null) and first_day <= last_day"
    )
    op.create_index("ix_statement_file_days", "statement_file", ["source", "first_day", "last_day"])
    op.add_column("reconciliation_break", sa.Column("refund_id", sa.UUID(), sa.ForeignKey("refund.id")))
    for name in ("attempt_id", "refund_id"):
        op.create_index(f"ix_reconciliation_break_{name}", "reconciliation_break", [name])
    op.create_table(
        "suspense_release",
        sa.Column("break_id", sa.UUID(), sa.ForeignKey("reconciliation_break.id"), primary_key=True),
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("journal_entry.id"), nullable=False, unique=True),
        sa.Column("at", TIME, nullable=False),
    )
    _guard()


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(
        "create trigger suspense_release_append_only before update or delete or truncate on suspense_release "
        "for each statement execute function payments_are_append_only()"
    )
    op.execute(f"revoke update, delete on suspense_release from {role}")
