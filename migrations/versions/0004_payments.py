"""The tables of payments."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
APPEND_ONLY = ("obligation_line", "payment_evidence", "attempt_event", "journal_entry", "posting", "refund_due")


def _id() -> sa.Column:
    return sa.Column("id", sa.UUID(), primary_key=True)


def _court() -> sa.Column:
    return sa.Column("court_code", sa.String(20), nullable=False)


def _queued() -> list[sa.Column]:
    return [
        sa.Column("next_at", TIME, index=True),
        sa.Column("leased_until", TIME),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
    ]


def _points_to(name: str, table: str, *, nullable: bool = False, index: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def upgrade() -> None:
    """Create the tables of payments, and the triggers that keep history and the books as they were written."""
    _create_obligations()
    _create_attempts()
    _create_books()
    _guard()


def _create_obligations() -> None:
    op.create_table(
        "obligation",
        _id(),
        sa.Column("subject", sa.UUID(), nullable=False, index=True),
        _court(),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("valid_until", TIME),
        sa.Column("voided_at", TIME),
        sa.Column("void_reason", sa.String(60)),
    )
    op.create_index(
        "uq_obligation_subject", "obligation", ["subject"], unique=True, postgresql_where=sa.text("voided_at is null")
    )
    op.create_table(
        "obligation_line",
        _id(),
        _points_to("obligation_id", "obligation"),
        sa.Column("position", sa.Integer(), nullable=False),
        _court(),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name="amount"),
        sa.UniqueConstraint("obligation_id", "position"),
    )


def _create_attempts() -> None:
    op.create_table(
        "payment_attempt",
        _id(),
        sa.Column("reference_id", sa.UUID(), nullable=False, unique=True),
        _points_to("obligation_id", "obligation"),
        _court(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("host", sa.String(200)),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_tail", sa.String(3), nullable=False),
        sa.Column("callback_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("provider_reference", sa.String(100)),
        sa.Column("submitted_at", TIME),
        sa.Column("prompt_expires_at", TIME),
        sa.Column("asked_at", TIME),
        sa.Column("completed_at", TIME),
        sa.Column("quarantined_at", TIME),
        *_queued(),
        sa.UniqueConstraint("obligation_id", "number"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint(
            "state in ('created', 'submitted', 'pending', 'unknown', 'succeeded', 'failed', 'expired', 'cancelled')",
            name="state",
        ),
    )
    op.create_index(
        "uq_payment_attempt_live",
        "payment_attempt",
        ["obligation_id"],
        unique=True,
        postgresql_where=sa.text("state in ('pending', 'submitted', 'unknown')"),
    )
    op.create_table(
        "payment_evidence",
        _id(),
        _points_to("attempt_id", "payment_attempt", index=True),
        _court(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("said", sa.String(40), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
    )
    op.create_table(
        "attempt_event",
        _id(),
        _points_to("attempt_id", "payment_attempt", index=True),
        _court(),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("from_state", sa.String(20)),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        _points_to("evidence_id", "payment_evidence", nullable=True),
        sa.CheckConstraint(
            "to_state <> 'succeeded' or (evidence_id is not null and from_state is not null)", name="evidence"
        ),
    )
    op.create_table(
        "callback_inbox",
        _id(),
        sa.Column("provider", sa.String(30), nullable=False),
        _points_to("attempt_id", "payment_attempt", index=True),
        sa.Column("body_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("hint", sa.String(20), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("processed_at", TIME),
        sa.Column("outcome", sa.String(20)),
        *_queued(),
    )


def _create_books() -> None:
    op.create_table(
        "journal_entry",
        _id(),
        _court(),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        _points_to("obligation_id", "obligation", index=True),
        _points_to("attempt_id", "payment_attempt", nullable=True),
    )
    op.create_index(
        "uq_journal_entry_payment",
        "journal_entry",
        ["attempt_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'payment'"),
    )
    op.create_table(
        "posting",
        _id(),
        _points_to("entry_id", "journal_entry", index=True),
        _court(),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name="amount"),
    )
    op.create_table(
        "refund_due",
        _id(),
        _points_to("obligation_id", "obligation", index=True),
        _points_to("attempt_id", "payment_attempt"),
        _court(),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.UniqueConstraint("attempt_id", "cause"),
    )


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(
        "create function payments_are_append_only() returns trigger language plpgsql as $$ "
        "begin raise exception '% is only ever appended to', tg_table_name; end $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function payments_are_append_only()"
        )
        op.execute(f"revoke update, delete on {table} from {role}")
    op.execute(f"revoke delete on obligation, payment_attempt, callback_inbox from {role}")
    op.execute(
        "create function journal_entry_balances() returns trigger language plpgsql as $$ begin "
        "if exists (select 1 from posting where entry_id = new.entry_id "
        "group by currency having sum(amount_minor) <> 0) then "
        "raise exception 'journal entry % does not sum to zero', new.entry_id using errcode = 'check_violation'; "
        "end if; return null; end $$"
    )
    op.execute(
        "create constraint trigger posting_balances after insert on posting deferrable initially deferred "
        "for each row execute function journal_entry_balances()"
    )
    op.execute(
        "create function payment_attempt_keeps() returns trigger language plpgsql as $$ begin "
        "if (old.reference_id, old.obligation_id, old.provider, old.amount_minor, old.currency) is distinct from "
        "(new.reference_id, new.obligation_id, new.provider, new.amount_minor, new.currency) then "
        "raise exception 'what an attempt asks for never changes' using errcode = 'check_violation'; end if; "
        "if old.state = 'succeeded' and new.state <> 'succeeded' then "
        "raise exception 'a successful attempt stays successful' using errcode = 'check_violation'; end if; "
        "return new; end $$"
    )
    op.execute(
        "create trigger payment_attempt_keeps before update on payment_attempt "
        "for each row execute function payment_attempt_keeps()"
    )
