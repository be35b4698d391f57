"""The tables of documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
HASH = "sha256 ~ '^[0-9a-f]{64}$'"


def upgrade() -> None:
    """Create the tables of documents."""
    op.create_table(
        "document",
        sa.Column("id", sa.UUID(), primary_key=True),
        *_bytes(),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("stored_at", TIME, nullable=False),
        sa.Column("stored_by", sa.UUID()),
        sa.CheckConstraint(HASH, name="sha256"),
        sa.CheckConstraint("size > 0", name="size"),
        sa.CheckConstraint("pages > 0", name="pages"),
    )
    op.create_index("ix_document_sha256", "document", ["sha256"])
    op.create_table(
        "document_source",
        sa.Column("document_id", sa.UUID(), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        *_bytes(),
        sa.CheckConstraint(HASH, name="sha256"),
        sa.CheckConstraint("position > 0", name="position"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("file", sa.String(64), nullable=False, unique=True),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("taken_at", TIME),
        sa.CheckConstraint("received >= 0 and received <= length", name="received"),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_index("ix_upload_owner_id", "upload", ["owner_id"])


def _bytes() -> list[sa.Column[object]]:
    return [
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
    ]
