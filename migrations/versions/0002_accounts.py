"""People, how they are reached, their roles, their sessions, and the codes they are sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Create the tables of accounts."""
    _people()
    _roles()
    _sessions()
    _flows()


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("disabled_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_signed_in_at", TIME),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value", sa.String(254), nullable=False),
        sa.Column("verified_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contact_person_id"),
        sa.UniqueConstraint("kind", "value", name="uq_contact_kind_value"),
        sa.UniqueConstraint("person_id", "kind", name="uq_contact_person_id_kind"),
    )


def _roles() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("court_code", sa.String(20)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("bar_number", sa.String(40)),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("decided_at", TIME),
        sa.Column("decided_by", sa.UUID()),
        sa.Column("ended_at", TIME),
        sa.Column("ended_by", sa.UUID()),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_grant_person_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_role_grant_decided_by"),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_role_grant_ended_by"),
        sa.CheckConstraint("role <> 'advocate' or bar_number is not null", name="advocate_has_bar_number"),
    )
    op.create_index(
        "uq_role_grant_live",
        "role_grant",
        ["person_id", "role", "court_code"],
        unique=True,
        postgresql_where=sa.text("state in ('pending', 'active')"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_role_grant_bar_number",
        "role_grant",
        ["bar_number"],
        unique=True,
        postgresql_where=sa.text("role = 'advocate' and state = 'active'"),
    )
    op.create_index(
        "ix_role_grant_court", "role_grant", ["court_code", "role"], postgresql_where=sa.text("state = 'active'")
    )
    op.create_index("ix_role_grant_waiting", "role_grant", ["id"], postgresql_where=sa.text("state = 'pending'"))


def _sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("browser", sa.String(80), nullable=False),
        sa.Column("authenticated_at", TIME, nullable=False),
        sa.Column("second_factor_at", TIME),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_web_session_person_id"),
        sa.UniqueConstraint("token_hash", name="uq_web_session_token_hash"),
    )
    op.create_index("ix_web_session_live", "web_session", ["person_id"], postgresql_where=sa.text("ended_at is null"))
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"])


def _flows() -> None:
    op.create_table(
        "account_flow",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("person_id", sa.UUID()),
        sa.Column("contact_kind", sa.String(10)),
        sa.Column("contact_value", sa.String(254)),
        sa.Column("name", sa.String(200)),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("next_path", sa.String(1000)),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("decoy", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_flow"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_flow_person_id"),
        sa.UniqueConstraint("token_hash", name="uq_account_flow_token_hash"),
    )
    op.create_index("ix_account_flow_expires_at", "account_flow", ["expires_at"])
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("flow_id", sa.UUID(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_code"),
        sa.ForeignKeyConstraint(["flow_id"], ["account_flow.id"], ondelete="CASCADE", name="fk_one_time_code_flow_id"),
        sa.UniqueConstraint("flow_id", name="uq_one_time_code_flow_id"),
    )
    op.create_table(
        "outgoing_code",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("next_at", TIME),
        sa.Column("leased_until", TIME),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_code"),
    )
    op.create_index("ix_outgoing_code_next_at", "outgoing_code", ["next_at"])
