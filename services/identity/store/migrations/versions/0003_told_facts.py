"""Facts that staff record of a person, and those that a school says of a schooling.

Yesterday's code goes on beside it: one column may be empty, the other has a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("persons", sa.Column("recorded_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("enrolments", sa.Column("facts", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")))


def downgrade() -> None:
    op.drop_column("enrolments", "facts")
    op.drop_column("persons", "recorded_sealed")
