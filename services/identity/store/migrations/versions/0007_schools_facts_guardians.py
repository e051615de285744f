"""Class lists that a job loads; the history of facts; guardians' consents.

Yesterday's code goes on beside it: two columns may be empty, the rest is new. Yesterday's imports are loaded.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
_FACT_SOURCES = op.f("fact_records_source_known")


def upgrade() -> None:
    op.add_column("class_list_imports", sa.Column("lines_total", sa.Integer(), nullable=True))
    op.add_column("class_list_imports", sa.Column("file_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("class_list_imports_authority_id_file_id_fkey"),
        "class_list_imports",
        "files",
        ["authority_id", "file_id"],
        ["authority_id", "file_id"],
    )
    op.create_index(
        "class_list_imports_establishment", "class_list_imports", ["authority_id", "partner_id", "imported_at"]
    )

    _fact_records()
    op.execute(
        "CREATE TRIGGER fact_records_unchanged BEFORE UPDATE ON fact_records"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _fact_records() -> None:
    op.create_table(
        "fact_records",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.CheckConstraint("source IN ('person', 'staff', 'guardian', 'platform')", name=_FACT_SOURCES),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name=op.f("fact_records_authority_id_person_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "record_id", name=op.f("fact_records_pkey")),
    )
    op.create_index("fact_records_person", "fact_records", ["authority_id", "person_id", "ordinal"])
    op.create_index("fact_records_latest", "fact_records", ["authority_id", "person_id", "name", "ordinal"])


def downgrade() -> None:
    op.drop_table("fact_records")
    op.drop_index("class_list_imports_establishment", "class_list_imports")
    op.drop_constraint(op.f("class_list_imports_authority_id_file_id_fkey"), "class_list_imports")
    op.drop_column("class_list_imports", "file_id")
    op.drop_column("class_list_imports", "lines_total")
