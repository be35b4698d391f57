"""Rails of every kind: the provider's own id, a page to pay on, payments without a phone, entries without a bill."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for what rails other than a phone prompt need."""
    op.add_column("payment_attempt", sa.Column("provider_id", sa.String(200)))
    op.add_column("payment_attempt", sa.Column("pay_url", sa.String()))
    op.alter_column("payment_attempt", "msisdn_sealed", nullable=True)
    op.alter_column("payment_attempt", "msisdn_tail", nullable=True)
    op.create_unique_constraint(
        "uq_payment_attempt_provider_provider_id", "payment_attempt", ["provider", "provider_id"]
    )
    op.alter_column("journal_entry", "obligation_id", nullable=True)
