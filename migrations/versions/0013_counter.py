"""Receipts with a code, payments begun by others than the owner, and the cash desk."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
APPEND_ONLY = ("payment_receipt", "cash_entry", "payment_void", "cash_day")


def upgrade() -> None:
    """Create the tables, give every payment of before its receipt, and keep all of it as it is written."""
    op.add_column("payment_attempt", sa.Column("begun_by", sa.UUID()))
    op.add_column("payment_attempt", sa.Column("begun_key", sa.UUID()))
    op.create_index(
        "ix_payment_attempt_begun_by",
        "payment_attempt",
        ["begun_by"],
        postgresql_where=sa.text("begun_by is not null"),
    )
    op.create_index("ix_obligation_owner_id", "obligation", ["owner_id", "id"])
    _create_receipts()
    _create_entries()
    _create_voids()
    _create_days()
    _guard()


def _court() -> sa.Column:
    return sa.Column("court_code", sa.String(20), nullable=False)


def _attempt(**options: bool) -> sa.Column:
    return sa.Column("attempt_id", sa.UUID(), sa.ForeignKey("payment_attempt.id"), nullable=False, **options)


def _create_receipts() -> None:
    op.create_table(
        "payment_receipt",
        _attempt(primary_key=True),
        _court(),
        sa.Column("code", sa.String(12), nullable=False, unique=True),
        sa.Column("issued_at", TIME, nullable=False),
    )
    op.create_index("ix_payment_receipt_day", "payment_receipt", ["court_code", "issued_at"])
    # As many signs and as much chance as a code that the portal draws: each from 8 random hex digits of its own.
    op.execute(
        "insert into payment_receipt (attempt_id, court_code, code, issued_at) "
        "select a.id, a.court_code, "
        "(select string_agg(substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (('x' || substr(replace("
        "gen_random_uuid()::text, '-', ''), 1, 8))::bit(32)::bigint % 30)::int, 1), '') "
        "from generate_series(1, 12) where a.id is not null), "
        "coalesce(a.completed_at, now()) from payment_attempt a where a.state = 'succeeded'"
    )


def _create_entries() -> None:
    op.create_table(
        "cash_entry",
        _attempt(primary_key=True),
        _court(),
        sa.Column("number", sa.String(20), nullable=False, unique=True),
        sa.Column("cashier_id", sa.UUID(), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("slip_number", sa.String(40)),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("way in ('cash', 'bank_slip')", name="way"),
        sa.CheckConstraint("(way = 'bank_slip') = (slip_number is not null)", name="slip"),
    )
    op.create_index("ix_cash_entry_day", "cash_entry", ["court_code", "day"])
    op.create_index(
        "ix_cash_entry_slip",
        "cash_entry",
        ["court_code", "slip_number"],
        postgresql_where=sa.text("slip_number is not null"),
    )


def _create_voids() -> None:
    op.create_table(
        "payment_void",
        sa.Column("id", sa.UUID(), primary_key=True),
        _attempt(index=True),
        _court(),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=False),
        sa.Column("decided_by", sa.UUID()),
        sa.Column("day", sa.Date()),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("state in ('asked', 'confirmed', 'refused')", name="state"),
        sa.CheckConstraint("(state = 'asked') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("state <> 'confirmed' or (decided_by <> asked_by and day is not null)", name="four_eyes"),
    )
    for name, columns, where in (
        ("uq_payment_void_asked", ["attempt_id", "turn"], "state = 'asked'"),
        ("uq_payment_void_decided", ["attempt_id", "turn"], "state <> 'asked'"),
        ("uq_payment_void", ["attempt_id"], "state = 'confirmed'"),
    ):
        op.create_index(name, "payment_void", columns, unique=True, postgresql_where=sa.text(where))


def _create_days() -> None:
    amounts = ("opening", "taken", "voided", "counted", "handed_over")
    op.create_table(
        "cash_day",
        sa.Column("id", sa.UUID(), primary_key=True),
        _court(),
        sa.Column("cashier_id", sa.UUID(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *[sa.Column(f"{name}_minor", sa.BigInteger(), nullable=False) for name in amounts],
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("closed_by", sa.UUID(), nullable=False),
        sa.Column("closed_at", TIME, nullable=False),
        sa.UniqueConstraint("court_code", "cashier_id", "day"),
        sa.CheckConstraint("counted_minor >= handed_over_minor and handed_over_minor >= 0", name="handed_over"),
    )


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function payments_are_append_only()"
        )
        op.execute(f"revoke update, delete on {table} from {role}")
