"""Addresses and photos of card holders, under a key of each person.

Yesterday's code goes on beside it: one table more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "card_holders",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("photo_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name=op.f("card_holders_authority_id_person_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "person_id", name=op.f("card_holders_pkey")),
    )


def downgrade() -> None:
    op.drop_table("card_holders")
