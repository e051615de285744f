"""Persons who were erased here, with the number of rows that were cleared.

Yesterday's code goes on beside it: one table more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "erased_persons",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("cleared", JSONB(), nullable=False),
        sa.Column("erased_at", sa.DateTime(True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "person_id", name=op.f("erased_persons_pkey")),
    )


def downgrade() -> None:
    op.drop_table("erased_persons")
