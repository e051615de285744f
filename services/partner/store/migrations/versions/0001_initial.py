"""The tables of the partner service: those of the chassis, then its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_TABLES = (
    "outbox",
    "inbox",
    "jobs",
    "grants",
    "audit",
    "files",
    "file_chunks",
    "partners",
    "documents",
    "bank_accounts",
    "charters",
    "accreditations",
    "establishments",
)


def upgrade() -> None:
    _outbox()
    _inbox()
    _jobs()
    _grants()
    _audit()
    _files()
    _file_chunks()
    _partners()
    _documents()
    _bank_accounts()
    _charters()
    _accreditations()
    _establishments()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("event_id", name=op.f("outbox_event_id_key")),
    )
    op.create_index("outbox_by_type", "outbox", ["type"], unique=False)
    op.create_index(
        "outbox_unpublished", "outbox", ["sequence"], unique=False, postgresql_where=sa.text("published_at IS NULL")
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("inbox_pkey")),
    )
    op.create_index(
        "inbox_by_type", "inbox", ["type"], unique=False, postgresql_where=sa.text("handled_at IS NOT NULL")
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("jobs_pkey")),
        sa.UniqueConstraint("authority_id", "kind", "key", name=op.f("jobs_authority_id_kind_key_key")),
    )
    op.create_index("jobs_due", "jobs", ["due_at", "job_id"], unique=False, postgresql_where=sa.text("done_at IS NULL"))


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "account_id", "scope", name=op.f("grants_pkey")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("audit_pkey")),
    )


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("authority_id", "file_id", name=op.f("files_pkey")),
    )


def _file_chunks() -> None:
    op.create_table(
        "file_chunks",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "file_id"],
            ["files.authority_id", "files.file_id"],
            name=op.f("file_chunks_authority_id_file_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "file_id", "ordinal", name=op.f("file_chunks_pkey")),
    )


def _partners() -> None:
    op.create_table(
        "partners",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("public_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("city_folded", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("declarations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('company', 'association', 'public_body')", name=op.f("partners_kind_known")),
        sa.CheckConstraint("siret ~ '^[0-9]{14}$'", name=op.f("partners_siret_digits")),
        sa.CheckConstraint("uai ~ '^([0-9]{7}[A-Z])?$'", name=op.f("partners_uai_form")),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("partners_some_role")),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", name=op.f("partners_pkey")),
        sa.UniqueConstraint("authority_id", "siret", name=op.f("partners_authority_id_siret_key")),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filename_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("documents_not_empty")),
        sa.ForeignKeyConstraint(
            ["authority_id", "file_id"],
            ["files.authority_id", "files.file_id"],
            name=op.f("documents_authority_id_file_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["partners.authority_id", "partners.partner_id"],
            name=op.f("documents_authority_id_partner_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "document_id", name=op.f("documents_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "partner_id",
            "kind",
            "fingerprint",
            name=op.f("documents_authority_id_partner_id_kind_fingerprint_key"),
        ),
    )


def _bank_accounts() -> None:
    op.create_table(
        "bank_accounts",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("iban_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("holder_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f("bank_accounts_refused_with_reason")),
        sa.CheckConstraint(
            "state IN ('submitted', 'verified', 'refused', 'replaced')", name=op.f("bank_accounts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["partners.authority_id", "partners.partner_id"],
            name=op.f("bank_accounts_authority_id_partner_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", "version", name=op.f("bank_accounts_pkey")),
    )
    op.create_index(
        "bank_accounts_one_in_use",
        "bank_accounts",
        ["authority_id", "partner_id"],
        unique=True,
        postgresql_where=sa.text("state = 'verified'"),
    )
    op.create_index(
        "bank_accounts_one_waiting",
        "bank_accounts",
        ["authority_id", "partner_id"],
        unique=True,
        postgresql_where=sa.text("state = 'submitted'"),
    )


def _charters() -> None:
    op.create_table(
        "charters",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("charter_version", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["partners.authority_id", "partners.partner_id"],
            name=op.f("charters_authority_id_partner_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", "scheme", "charter_version", name=op.f("charters_pkey")),
    )


def _accreditations() -> None:
    op.create_table(
        "accreditations",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("accreditation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT effective OR state = 'withdrawn'", name=op.f("accreditations_effective_withdrawal")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'granted', 'refused', 'withdrawn')",
            name=op.f("accreditations_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('granted', 'refused', 'withdrawn') OR rulebook_hash <> ''",
            name=op.f("accreditations_decided_by_rulebook"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'withdrawn') OR reason <> ''", name=op.f("accreditations_ended_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["partners.authority_id", "partners.partner_id"],
            name=op.f("accreditations_authority_id_partner_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "accreditation_id", name=op.f("accreditations_pkey")),
    )
    op.create_index("accreditations_by_partner", "accreditations", ["authority_id", "partner_id"], unique=False)
    op.create_index(
        "accreditations_by_state", "accreditations", ["authority_id", "state", "accreditation_id"], unique=False
    )
    op.create_index(
        "accreditations_one_open",
        "accreditations",
        ["authority_id", "partner_id", "scheme", "category"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'granted')"),
    )


def _establishments() -> None:
    op.create_table(
        "establishments",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("establishment_kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["partners.authority_id", "partners.partner_id"],
            name=op.f("establishments_authority_id_partner_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", name=op.f("establishments_pkey")),
        sa.UniqueConstraint("authority_id", "uai", name=op.f("establishments_authority_id_uai_key")),
    )
