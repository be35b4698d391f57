"""Filings: answers, documents, decisions, saved parties."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of filing."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("filing_number")))
    op.create_table(
        "filing",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("filing_type", sa.String(length=40), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=True),
        sa.Column("channel", sa.String(length=10), server_default="online", nullable=False),
        sa.Column("filer_id", sa.UUID(), nullable=True),
        sa.Column("entered_by", sa.UUID(), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("submitted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("paper_received_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("obligation_id", sa.UUID(), nullable=True),
        sa.Column("pleading_id", sa.UUID(), nullable=True),
        sa.Column("sealed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notice", sa.String(length=20), server_default="normal", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("likeness", postgresql.ARRAY(sa.String(length=16)), server_default="{}", nullable=False),
        sa.Column("claimed_by", sa.UUID(), nullable=True),
        sa.Column("claimed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("case_id", sa.UUID(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_filing_case_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_filing_claimed_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_filing_entered_by")),
        sa.ForeignKeyConstraint(["filer_id"], ["person.id"], name=op.f("fk_filing_filer_id")),
        sa.ForeignKeyConstraint(["pleading_id"], ["document.id"], name=op.f("fk_filing_pleading_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("number", name=op.f("uq_filing_number")),
    )
    op.create_index("ix_filing_court_queue", "filing", ["court_code", "status", "submitted_at"], unique=False)
    op.create_index("ix_filing_due", "filing", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null"))
    op.create_index("ix_filing_filer", "filing", ["filer_id", "updated_at"], unique=False)
    op.create_index("ix_filing_likeness", "filing", ["likeness"], unique=False, postgresql_using="gin")
    op.create_table(
        "saved_party",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("name_key", sa.String(length=300), nullable=False),
        sa.Column("party", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_party_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_party")),
        sa.UniqueConstraint("person_id", "name_key", name=op.f("uq_saved_party_person_id_name_key")),
    )
    op.create_table(
        "filing_decision",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("filing_id", sa.UUID(), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.UUID(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=60), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("marks", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("checklist", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_filing_decision_decided_by")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_decision_filing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_decision")),
    )
    op.create_index("ix_filing_decision_filing", "filing_decision", ["filing_id", "at"], unique=False)
    op.create_table(
        "filing_document",
        sa.Column("filing_id", sa.UUID(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_filing_document_document_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_document_filing_id")),
        sa.PrimaryKeyConstraint("filing_id", "document_id", name=op.f("pk_filing_document")),
    )
    op.create_index("ix_filing_document_document", "filing_document", ["document_id"], unique=False)
