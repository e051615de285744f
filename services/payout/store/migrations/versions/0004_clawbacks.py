"""Clawbacks, and the negative movements that set them against what partners are owed.

Yesterday's code goes on beside it: it writes movements that are no clawback.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ONE = "accruals_one_cancellation"


def upgrade() -> None:
    op.add_column("accruals", sa.Column("clawback", sa.Boolean, nullable=False, server_default=sa.false()))
    _one_cancellation("movement_id <> debit_id AND NOT clawback")
    op.create_table(
        "clawbacks",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("clawback_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("debit_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.DateTime(True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
        sa.Column("decided_at", sa.DateTime(True)),
        sa.Column("refused_for", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("authority_id", "clawback_id", name=op.f("clawbacks_pkey")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("clawbacks_amount")),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'recorded', 'refused', 'dropped')", name=op.f("clawbacks_state")
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f("clawbacks_decided")),
        sa.CheckConstraint(
            "state IN ('proposed', 'dropped') OR decided_by NOT IN ('', proposed_by)",
            name=op.f("clawbacks_second_person"),
        ),
        sa.CheckConstraint("(state = 'refused') = (refused_for <> '')", name=op.f("clawbacks_refused")),
        comment="What partners pay back, as two persons of staff decided it; the wallet writes it in the ledger.",
    )
    op.create_index("clawbacks_of_debit", "clawbacks", ["authority_id", "debit_id"])
    op.create_index("clawbacks_newest_first", "clawbacks", ["authority_id", "proposed_at", "clawback_id"])


def downgrade() -> None:
    """Only where nothing was clawed back."""
    op.drop_table("clawbacks")
    _one_cancellation("movement_id <> debit_id")
    op.drop_column("accruals", "clawback")


def _one_cancellation(where: str) -> None:
    op.drop_index(_ONE, "accruals")
    op.create_index(_ONE, "accruals", ["authority_id", "debit_id"], unique=True, postgresql_where=sa.text(where))
