"""Payments under a bill's number, unidentified money, results of refunds that come by themselves."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
APPEND_ONLY = ("unidentified_payment", "refund_result")


def upgrade() -> None:
    """Create the tables, and keep history as it was written."""
    op.add_column("callback_inbox", sa.Column("provider_reference", sa.String(100)))
    _create_bill_payments()
    op.create_table(
        "refund_result",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("reference_id", sa.UUID(), nullable=False, index=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("provider_reference", sa.String(100)),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("at", TIME, nullable=False),
    )
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function payments_are_append_only()"
        )
        op.execute(f"revoke update, delete on {table} from {role}")
    op.execute(f"revoke delete on bill_payment from {role}")


def _create_bill_payments() -> None:
    money = (
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("tail", sa.String(3)),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("completed_at", TIME, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
    )
    op.create_table(
        "bill_payment",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("transaction_id", sa.String(40), nullable=False),
        sa.Column("bill_reference", sa.String(100), nullable=False),
        *(part.copy() for part in money),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("processed_at", TIME),
        sa.Column("outcome", sa.String(20)),
        sa.Column("next_at", TIME, index=True),
        sa.Column("leased_until", TIME),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
        sa.UniqueConstraint("provider", "transaction_id"),
    )
    op.create_table(
        "unidentified_payment",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("provider_id", sa.String(200), nullable=False),
        sa.Column("quoted", sa.String(100), nullable=False),
        *(part.copy() for part in money),
        sa.Column("at", TIME, nullable=False),
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("journal_entry.id"), nullable=False),
        sa.UniqueConstraint("provider", "provider_id"),
    )
