"""The tables of notify."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Create messages and their deliveries."""
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID()),
        sa.Column("court_code", sa.String(20)),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("read_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_message_event_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id"),
        sa.UniqueConstraint("event_id", "person_id", name="uq_message_event_id_person_id"),
    )
    op.create_index("ix_message_subject", "message", ["subject"])
    op.create_index("ix_message_case_id", "message", ["case_id"])
    op.create_index("ix_message_inbox", "message", ["person_id", "id"])
    op.create_index("ix_message_unread", "message", ["person_id"], postgresql_where=sa.text("read_at is null"))
    op.create_table(
        "delivery",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("court_code", sa.String(20)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("failure", sa.String(20)),
        sa.Column("in_doubt", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reference", sa.String(100)),
        sa.Column("mail_id", sa.String(200)),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("done_at", TIME),
        sa.Column("next_at", TIME),
        sa.Column("leased_until", TIME),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_delivery_message_id"),
        sa.UniqueConstraint("event_id", "person_id", "channel", name="uq_delivery_event_id_person_id_channel"),
    )
    op.create_index("ix_delivery_message_id", "delivery", ["message_id"])
    op.create_index("ix_delivery_next_at", "delivery", ["next_at"])
    op.create_index("ix_delivery_failed", "delivery", ["id"], postgresql_where=sa.text("status = 'failed'"))
