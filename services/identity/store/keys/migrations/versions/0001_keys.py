"""Keys of accounts, the journal of erasures, and marks of erased persons' cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None

_REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "subject_keys",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "account_id"),
    )
    op.create_table(
        "erasure_journal",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("account_hash", sa.LargeBinary, nullable=False),
        sa.Column("erased_at", sa.DateTime(True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.PrimaryKeyConstraint("authority_id", "account_hash"),
    )
    op.create_table(
        "kept_marks",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("once_keys", ARRAY(sa.Text), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "mark"),
    )
    op.execute(_REFUSE_CHANGE)
    op.execute(
        "CREATE TRIGGER erasure_journal_append_only BEFORE UPDATE OR DELETE ON erasure_journal"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("kept_marks")
    op.drop_table("erasure_journal")
    op.drop_table("subject_keys")
    op.execute("DROP FUNCTION refuse_change()")
