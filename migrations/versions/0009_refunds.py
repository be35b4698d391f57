"""The tables of refunds; what was due back before becomes a request."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
APPEND_ONLY = ("refund_approval", "refund_event")
STATES = (
    "'requested', 'approved', 'submitted', 'unknown', 'error', 'recorded', 'refunded', 'paid_by_other_means', "
    "'refused', 'withdrawn'"
)


def _id() -> sa.Column:
    return sa.Column("id", sa.UUID(), primary_key=True)


def _court() -> sa.Column:
    return sa.Column("court_code", sa.String(20), nullable=False)


def _points_to(name: str, table: str, *, nullable: bool = False, index: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def upgrade() -> None:
    """Create the tables and their guards, and open a refund for all that was due back already."""
    _create_refunds()
    _create_history()
    _guard()
    _open_what_was_due()


def _create_refunds() -> None:
    op.create_table(
        "refund",
        _id(),
        sa.Column("reference_id", sa.UUID(), nullable=False, unique=True),
        _points_to("refund_due_id", "refund_due"),
        _points_to("obligation_id", "obligation", index=True),
        _points_to("attempt_id", "payment_attempt", index=True),
        _court(),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("setback", sa.String(20)),
        sa.Column("host", sa.String(200)),
        sa.Column("provider_id", sa.String(200)),
        sa.Column("provider_reference", sa.String(100)),
        sa.Column("means", sa.String(20)),
        sa.Column("means_reference", sa.String(100)),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME),
        sa.Column("accepted_at", TIME),
        sa.Column("stuck_at", TIME),
        sa.Column("done_at", TIME),
        sa.Column("approved_entry_id", sa.UUID(), sa.ForeignKey("journal_entry.id"), unique=True),
        sa.Column("paid_entry_id", sa.UUID(), sa.ForeignKey("journal_entry.id"), unique=True),
        sa.Column("next_at", TIME, index=True),
        sa.Column("leased_until", TIME),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
        sa.CheckConstraint(f"state in ({STATES})", name="state"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint(
            "state = 'withdrawn' or (state in ('requested', 'refused')) = (approved_entry_id is null)",
            name="approved_entry",
        ),
        sa.CheckConstraint(
            "(state in ('refunded', 'paid_by_other_means')) = (paid_entry_id is not null)", name="paid_entry"
        ),
    )
    op.create_index(
        "uq_refund_due",
        "refund",
        ["refund_due_id"],
        unique=True,
        postgresql_where=sa.text("state not in ('refused', 'withdrawn')"),
    )
    op.create_index("ix_refund_court_code", "refund", ["court_code", "id"])


def _create_history() -> None:
    op.create_table(
        "refund_approval",
        _id(),
        _points_to("refund_id", "refund"),
        _court(),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.UniqueConstraint("refund_id", "person_id"),
    )
    op.create_table(
        "refund_event",
        _id(),
        _points_to("refund_id", "refund", index=True),
        _court(),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("from_state", sa.String(20)),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("setback", sa.String(20)),
        sa.Column("words", sa.String(2000)),
        sa.Column("means", sa.String(20)),
        sa.Column("means_reference", sa.String(100)),
        sa.Column("raw", sa.String()),
    )


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function payments_are_append_only()"
        )
        op.execute(f"revoke update, delete on {table} from {role}")
    op.execute(f"revoke delete on refund from {role}")
    op.execute(
        "create function refund_keeps() returns trigger language plpgsql as $$ begin "
        "if (old.reference_id, old.refund_due_id, old.obligation_id, old.attempt_id, old.provider, old.amount_minor, "
        "old.currency) is distinct from (new.reference_id, new.refund_due_id, new.obligation_id, new.attempt_id, "
        "new.provider, new.amount_minor, new.currency) then "
        "raise exception 'what a refund is for never changes' using errcode = 'check_violation'; end if; "
        "if old.state in ('refunded', 'paid_by_other_means', 'refused', 'withdrawn') and new.state <> old.state then "
        "raise exception 'a refund stays where it ended' using errcode = 'check_violation'; end if; "
        "return new; end $$"
    )
    op.execute("create trigger refund_keeps before update on refund for each row execute function refund_keeps()")
    # Whoever opens a refund holds the lock of its obligation; this is the second wall.
    op.execute(
        "create function refunds_are_paid_for() returns trigger language plpgsql as $$ begin "
        "if (select coalesce(sum(amount_minor), 0) from refund where attempt_id = new.attempt_id "
        "and state not in ('refused', 'withdrawn')) > "
        "(select amount_minor from payment_attempt where id = new.attempt_id "
        "and state = 'succeeded' and currency = new.currency) is not false then "
        "raise exception 'more would go back than was paid' using errcode = 'check_violation'; end if; "
        "return null; end $$"
    )
    op.execute(
        "create trigger refunds_are_paid_for after insert on refund "
        "for each row execute function refunds_are_paid_for()"
    )


def _open_what_was_due() -> None:
    op.execute(
        "insert into refund (id, reference_id, refund_due_id, obligation_id, attempt_id, court_code, provider, "
        "amount_minor, currency, state, requested_at, next_at) "
        "select gen_random_uuid(), gen_random_uuid(), d.id, d.obligation_id, d.attempt_id, d.court_code, a.provider, "
        "d.amount_minor, d.currency, 'requested', d.at, d.at "
        "from refund_due d join payment_attempt a on a.id = d.attempt_id"
    )
    op.execute(
        "insert into refund_event (id, refund_id, court_code, at, actor, to_state) "
        "select gen_random_uuid(), id, court_code, requested_at, 'system', 'requested' from refund"
    )
