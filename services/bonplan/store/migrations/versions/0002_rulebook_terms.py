"""Types and themes of offers, draws of partners where a rulebook lets them, and who came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("type", "theme"):
        op.add_column("offers", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.drop_constraint(op.f("offers_draws_are_the_authoritys"), "offers")
    op.add_column("registrations", sa.Column("attendance", sa.Text, nullable=False, server_default=""))
    op.create_check_constraint(
        op.f("registrations_attendance"),
        "registrations",
        "attendance = '' OR (state = 'won' AND attendance IN ('came', 'absent'))",
    )
    op.create_index(
        "registrations_absent",
        "registrations",
        ["authority_id", "person_id"],
        postgresql_where=sa.text("attendance = 'absent'"),
    )


def downgrade() -> None:
    """Only where nothing was written that 0001 does not know."""
    op.drop_index("registrations_absent", "registrations")
    op.drop_constraint(op.f("registrations_attendance"), "registrations")
    op.drop_column("registrations", "attendance")
    op.create_check_constraint(
        op.f("offers_draws_are_the_authoritys"), "offers", "kind = 'registration' OR partner_id IS NULL"
    )
    for name in ("type", "theme"):
        op.drop_column("offers", name)
