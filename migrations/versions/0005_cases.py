"""Cases: parties, numbers, docket, access, own notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of cases."""
    op.create_table(
        "case_counter",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", "court_code", "year", name=op.f("pk_case_counter")),
    )
    op.create_table(
        "court_case",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("case_type", sa.String(length=40), nullable=False),
        sa.Column("filing_id", sa.UUID(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notice", sa.String(length=20), server_default="normal", nullable=False),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("registered_by", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_case")),
    )
    op.create_index("ix_court_case_court_registered", "court_case", ["court_code", "registered_at"], unique=False)
    op.create_index(op.f("ix_court_case_filing_id"), "court_case", ["filing_id"], unique=False)
    op.create_table(
        "case_access",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=30), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_case_access_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_access_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_access")),
    )
    op.create_index("ix_case_access_case", "case_access", ["case_id"], unique=False)
    op.create_index("ix_case_access_person", "case_access", ["person_id", "case_id"], unique=False)
    op.create_table(
        "case_note",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("subject", sa.UUID(), nullable=False),
        sa.Column("label", sa.String(length=60), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_note_person_id")),
        sa.PrimaryKeyConstraint("person_id", "subject", name=op.f("pk_case_note")),
    )
    op.create_table(
        "case_number",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("printed", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_case_number_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_number")),
        sa.UniqueConstraint(
            "code", "court_code", "year", "sequence", name=op.f("uq_case_number_code_court_code_year_sequence")
        ),
        sa.UniqueConstraint("printed", name=op.f("uq_case_number_printed")),
    )
    op.create_table(
        "docket_entry",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.UUID(), nullable=False),
        sa.Column("filing_type", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), server_default="parties", nullable=False),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("docketed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_docket_entry_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docket_entry")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_docket_entry_case_id_position")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("court_code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column(
            "representative",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("contact_hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_party_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index("ix_party_case_position", "party", ["case_id", "position"], unique=False)
    op.create_table(
        "docket_document",
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_docket_document_document_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["docket_entry.id"], name=op.f("fk_docket_document_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_docket_document")),
    )
    op.create_index("ix_docket_document_document", "docket_document", ["document_id"], unique=False)
