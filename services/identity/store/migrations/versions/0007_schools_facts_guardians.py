"""Class lists that a job loads; the history of facts; guardians' consents.

Yesterday's code goes on beside it: two columns may be empty, the rest is new. Yesterday's imports are loaded.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
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

    _consent_requests()
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


def _consent_requests() -> None:
    op.create_table(
        "consent_requests",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("codes", JSONB(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(True), nullable=False),
        sa.Column("link_until", sa.DateTime(True), nullable=False),
        sa.Column("answered_at", sa.DateTime(True), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        *_consent_checks(),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name=op.f("consent_requests_authority_id_person_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "request_id", name=op.f("consent_requests_pkey")),
        sa.UniqueConstraint("authority_id", "token_hash", name=op.f("consent_requests_authority_id_token_hash_key")),
    )
    op.create_index("consent_requests_person", "consent_requests", ["authority_id", "person_id", "asked_at"])
    op.create_index(
        "consent_requests_one_open",
        "consent_requests",
        ["authority_id", "person_id", "scheme", "season"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )


def _consent_checks() -> list[sa.CheckConstraint]:
    checks = {
        "state_known": "state IN ('asked', 'given', 'refused', 'withdrawn', 'lapsed', 'ended')",
        "token_until_answered": "(state = 'asked') = (token_sealed IS NOT NULL)",
        "address_until_answered": "(state = 'asked') = (email_sealed IS NOT NULL)",
        "answered_by_somebody": "(state IN ('asked', 'lapsed')) = (guardian_sealed IS NULL)",
    }
    return [sa.CheckConstraint(test, name=op.f(f"consent_requests_{name}")) for name, test in checks.items()]


def downgrade() -> None:
    op.drop_table("consent_requests")
    op.drop_table("fact_records")
    op.drop_index("class_list_imports_establishment", "class_list_imports")
    op.drop_constraint(op.f("class_list_imports_authority_id_file_id_fkey"), "class_list_imports")
    op.drop_column("class_list_imports", "file_id")
    op.drop_column("class_list_imports", "lines_total")
