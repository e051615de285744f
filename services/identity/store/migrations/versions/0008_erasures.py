"""Erasures, former versions of persons, and an audit in which an act's network address may be emptied, nothing else.

Yesterday's code goes on beside it: two tables more, and a trigger that refuses less.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

_REFUSE_CHANGE = """
CREATE FUNCTION refuse_change_of_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.address = '' AND to_jsonb(NEW) - 'address' = to_jsonb(OLD) - 'address' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("requested_at", sa.DateTime(True), nullable=False),
        sa.Column("holds", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("answers", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("done_at", sa.DateTime(True), nullable=True),
        sa.Column("ordinal", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "erasure_id", name=op.f("erasures_pkey")),
        sa.CheckConstraint(
            "state IN ('requested', 'waiting', 'erasing', 'done', 'dropped')", name=op.f("erasures_state_known")
        ),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("erasures_done_when")),
        sa.CheckConstraint(
            "state IN ('requested', 'dropped') OR asked_by = person_id::text OR asked_by <> confirmed_by",
            name=op.f("erasures_second_person"),
        ),
    )
    op.create_index(
        "erasures_one_open",
        "erasures",
        ["authority_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'waiting', 'erasing')"),
    )
    op.create_index("erasures_latest", "erasures", ["authority_id", "ordinal"])
    op.create_index("erasures_of_hash", "erasures", ["authority_id", "account_hash"])
    op.create_table(
        "person_versions",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("identity_checked", sa.Boolean(), nullable=False),
        sa.Column("profile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(True), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("authority_id", "person_id", "version", name=op.f("person_versions_pkey")),
    )
    op.execute(_REFUSE_CHANGE)
    _guard_audit("refuse_change_of_act")


def downgrade() -> None:
    _guard_audit("refuse_change")
    op.execute("DROP FUNCTION refuse_change_of_act()")
    op.drop_table("person_versions")
    op.drop_table("erasures")


def _guard_audit(function: str) -> None:
    op.execute(
        f"CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
