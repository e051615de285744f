"""Facts that staff record, accreditations that end with their agreement, and proofs that payouts wait for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("partners", sa.Column("staff_facts", JSONB, nullable=False, server_default="{}"))
    op.add_column("accreditations", sa.Column("lapsed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_check_constraint(
        op.f("accreditations_lapsed_withdrawal"), "accreditations", "NOT lapsed OR state = 'withdrawn'"
    )
    op.create_table(
        "payout_proofs",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("season", sa.Text, nullable=False),
        sa.Column("hold_code", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("document_id", sa.Uuid(as_uuid=False)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.DateTime(True), nullable=False),
        sa.PrimaryKeyConstraint(
            "authority_id", "partner_id", "scheme", "season", "hold_code", name=op.f("payout_proofs_pkey")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["partners.authority_id", "partners.partner_id"],
            name=op.f("payout_proofs_authority_id_partner_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "document_id"],
            ["documents.authority_id", "documents.document_id"],
            name=op.f("payout_proofs_authority_id_document_id_fkey"),
        ),
        sa.CheckConstraint("state IN ('submitted', 'accepted', 'refused')", name=op.f("payout_proofs_state_known")),
        sa.CheckConstraint("(state = 'refused') = (reason <> '')", name=op.f("payout_proofs_refused_with_reason")),
        comment="What partners sent, or declared, so that payouts kept back by a rulebook are paid.",
    )
    op.create_index("payout_proofs_by_state", "payout_proofs", ["authority_id", "state", "changed_at", "partner_id"])


def downgrade() -> None:
    """Only where nothing was written that 0001 does not know."""
    op.drop_table("payout_proofs")
    op.drop_constraint(op.f("accreditations_lapsed_withdrawal"), "accreditations")
    op.drop_column("accreditations", "lapsed")
    op.drop_column("partners", "staff_facts")
