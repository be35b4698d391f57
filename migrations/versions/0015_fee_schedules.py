"""Fee schedules that one person drafts and another approves, and lines that re-price a bill."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Create the table, the trigger that keeps what was decided, and let a line take off what a new fee made less."""
    op.create_table(
        "fee_schedule",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("source", postgresql.JSONB(), nullable=False),
        sa.Column("amounts", postgresql.JSONB(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.UUID(), nullable=False),
        sa.Column("drafted_at", TIME, nullable=False),
        *_act("approved"),
        *_act("withdrawn"),
        sa.CheckConstraint("status in ('draft', 'approved', 'withdrawn')", name="status"),
        sa.CheckConstraint("approved_by <> drafted_by", name="four_eyes"),
        sa.CheckConstraint("starts >= approved_on", name="not_backwards"),
        sa.CheckConstraint("approved_by is null or withdrawn_on < starts", name="before_force"),
        sa.CheckConstraint(
            "num_nonnulls(approved_by, approved_at, approved_on) in (0, 3) and "
            "(status <> 'draft' or approved_by is null) and (status <> 'approved' or approved_by is not null)",
            name="approved",
        ),
        sa.CheckConstraint(
            "num_nonnulls(withdrawn_by, withdrawn_at, withdrawn_on) = case status when 'withdrawn' then 3 else 0 end",
            name="withdrawn",
        ),
    )
    for name, columns, where in (
        ("uq_fee_schedule_version", ["version"], "status <> 'withdrawn'"),
        ("uq_fee_schedule_starts", ["starts"], "status = 'approved'"),
    ):
        op.create_index(name, "fee_schedule", columns, unique=True, postgresql_where=sa.text(where))
    _guard()
    op.add_column("obligation_line", sa.Column("reprices", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_constraint("ck_obligation_line_amount", "obligation_line")
    op.execute(
        "alter table obligation_line add constraint ck_obligation_line_amount check (amount_minor >= 0 or reprices)"
    )


def _act(name: str) -> tuple[sa.Column, ...]:
    return (
        sa.Column(f"{name}_by", sa.UUID()),
        sa.Column(f"{name}_at", TIME),
        sa.Column(f"{name}_on", sa.Date()),
    )


def _guard() -> None:
    role = op.get_bind().dialect.identifier_preparer.quote(context.get_context().opts["app_role"])
    op.execute(f"revoke delete on fee_schedule from {role}")
    op.execute(
        "create function fee_schedule_keeps() returns trigger language plpgsql as $$ begin "
        "if tg_op = 'DELETE' then "
        "raise exception 'a fee schedule is never removed' using errcode = 'check_violation'; end if; "
        "if (old.drafted_by, old.drafted_at) is distinct from (new.drafted_by, new.drafted_at) then "
        "raise exception 'who drafted a fee schedule never changes' using errcode = 'check_violation'; end if; "
        "if old.status <> 'draft' and (old.version, old.currency, old.starts, old.source, old.amounts, old.saves, "
        "old.approved_by, old.approved_at, old.approved_on) is distinct from "
        "(new.version, new.currency, new.starts, new.source, new.amounts, new.saves, "
        "new.approved_by, new.approved_at, new.approved_on) then "
        "raise exception 'what was decided on never changes' using errcode = 'check_violation'; end if; "
        "if old.status = 'withdrawn' and new is distinct from old or "
        "old.status = 'approved' and new.status not in ('approved', 'withdrawn') then "
        "raise exception 'a fee schedule stays where it ended' using errcode = 'check_violation'; end if; "
        "return new; end $$"
    )
    op.execute(
        "create trigger fee_schedule_keeps before update or delete on fee_schedule "
        "for each row execute function fee_schedule_keeps()"
    )
