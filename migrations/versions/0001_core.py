"""Events, queues, ticks, counters; and what the app's role may do."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Create the core's tables; from here on new tables are granted to the app's role by default."""
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(f"grant usage on schema public to {role}")
    op.execute(f"alter default privileges in schema public grant select, insert, update, delete on tables to {role}")
    op.execute(f"alter default privileges in schema public grant usage, select on sequences to {role}")
    op.execute(f"grant select on alembic_version to {role}")
    op.create_table(
        "event",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("subject", sa.UUID(), nullable=False),
        sa.Column("court_code", sa.String(20)),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_event_subject_position", "event", ["subject", "position"])
    op.execute(
        "create function event_is_append_only() returns trigger language plpgsql as $$ "
        "begin raise exception 'events are only ever appended'; end $$"
    )
    op.execute(
        "create trigger event_append_only before update or delete or truncate on event "
        "for each statement execute function event_is_append_only()"
    )
    op.execute(f"revoke update, delete on event from {role}")
    op.create_table(
        "event_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.UUID(), sa.ForeignKey("event.id"), nullable=False, index=True),
        sa.Column("handler", sa.String(80), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done_at", TIME),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
    )
    op.create_index(
        "ix_event_delivery_due",
        "event_delivery",
        ["next_at", "id"],
        postgresql_where=sa.text("done_at is null and parked_at is null"),
    )
    op.create_table(
        "tick_claim",
        sa.Column("job", sa.String(60), primary_key=True),
        sa.Column("slot", TIME, primary_key=True),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(40), primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("since", TIME, primary_key=True),
        sa.Column("expires_at", TIME, nullable=False, index=True),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
