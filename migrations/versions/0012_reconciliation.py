"""The tables of reconciliation: statements, what differs from the books, and the days that were signed off."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
APPEND_ONLY = ("statement_file", "statement_line", "settlement", "reconciliation_act")


def _id() -> sa.Column:
    return sa.Column("id", sa.UUID(), primary_key=True)


def _points_to(name: str, table: str, *, nullable: bool = True, index: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def _money(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    """Create the tables, and the triggers that keep what was signed and resolved as it was."""
    _create_statements()
    _create_breaks()
    _guard()


def _create_statements() -> None:
    op.create_table(
        "statement_file",
        _id(),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        _money("opening_minor"),
        _money("closing_minor"),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.UUID(), nullable=False),
        sa.Column("uploaded_at", TIME, nullable=False),
    )
    op.create_table(
        "statement_line",
        _id(),
        _points_to("file_id", "statement_file", nullable=False, index=True),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", TIME),
        sa.Column("ours", sa.String(200), nullable=False),
        sa.Column("theirs", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        _money("amount_minor"),
        _money("charge_minor"),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("settles_source", sa.String(30)),
        sa.Column("settles_day", sa.Date()),
        sa.UniqueConstraint("source", "key"),
    )
    for name, columns in (
        ("day", ["source", "day"]),
        ("ours", ["source", "ours"]),
        ("theirs", ["source", "theirs"]),
        ("settles", ["settles_source", "settles_day"]),
    ):
        op.create_index(f"ix_statement_line_{name}", "statement_line", columns)
    op.create_table(
        "settlement",
        sa.Column("line_id", sa.UUID(), sa.ForeignKey("statement_line.id"), primary_key=True),
        _points_to("entry_id", "journal_entry"),
        sa.Column("booked_at", TIME, nullable=False),
    )


def _create_breaks() -> None:
    op.create_table(
        "reconciliation_break",
        _id(),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        _points_to("line_id", "statement_line"),
        _points_to("attempt_id", "payment_attempt"),
        _money("amount_minor"),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("gone_at", TIME),
        sa.Column("owner_id", sa.UUID()),
        sa.Column("resolution", sa.String(20)),
        sa.Column("note", sa.String()),
        sa.Column("resolved_by", sa.UUID()),
        sa.Column("resolved_at", TIME),
        _points_to("entry_id", "journal_entry"),
        sa.UniqueConstraint("source", "day", "kind", "key"),
        sa.CheckConstraint("(resolution is null) = (resolved_at is null)", name="resolved"),
        sa.CheckConstraint("resolution is null or resolved_by is not null", name="resolver"),
    )
    op.create_table(
        "reconciliation_act",
        _id(),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.UniqueConstraint("source", "day", "number"),
    )


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function payments_are_append_only()"
        )
        op.execute(f"revoke update, delete on {table} from {role}")
    op.execute(f"revoke delete on reconciliation_break from {role}")
    op.execute(
        "create function reconciliation_break_keeps() returns trigger language plpgsql as $$ begin "
        "if old.resolution is not null then "
        "raise exception 'a resolved break stays as it was resolved' using errcode = 'check_violation'; end if; "
        "return new; end $$"
    )
    op.execute(
        "create trigger reconciliation_break_keeps before update on reconciliation_break "
        "for each row execute function reconciliation_break_keeps()"
    )
