"""Which days a statement covers, which refund a difference is about, what left suspense again, and uploads."""

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
    op.create_index("ix_statement_line_file", "statement_line", ["file_id"])
    op.add_column("reconciliation_break", sa.Column("refund_id", sa.UUID(), sa.ForeignKey("refund.id")))
    for name in ("attempt_id", "refund_id"):
        op.create_index(f"ix_reconciliation_break_{name}", "reconciliation_break", [name])
    op.create_table(
        "suspense_release",
        sa.Column("break_id", sa.UUID(), sa.ForeignKey("reconciliation_break.id"), primary_key=True),
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("journal_entry.id"), nullable=False, unique=True),
        sa.Column("at", TIME, nullable=False),
    )
    _create_uploads()
    _guard()


def _create_uploads() -> None:
    op.create_table(
        "statement_upload",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("lines", sa.Integer()),
        sa.Column("read", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fresh", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("problem", sa.String(20)),
        sa.Column("problem_after", sa.String(200)),
        sa.Column("problem_minor", sa.BigInteger()),
        sa.Column("problem_currency", sa.String(3)),
        sa.Column("uploaded_by", sa.UUID(), nullable=False),
        sa.Column("uploaded_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("next_at", TIME, index=True),
        sa.Column("leased_until", TIME),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
        sa.CheckConstraint("(content is null) = (ended_at is not null)", name="content"),
    )
    for name, column, unique in (("uq", "sha256", True), ("ix", "source", False)):
        op.create_index(
            f"{name}_statement_upload_{column}",
            "statement_upload",
            [column],
            unique=unique,
            postgresql_where=sa.text("ended_at is null"),
        )


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(
        "create trigger suspense_release_append_only before update or delete or truncate on suspense_release "
        "for each statement execute function payments_are_append_only()"
    )
    op.execute(f"revoke update, delete on suspense_release from {role}")
