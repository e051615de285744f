"""The tables of the payout service."""

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
    "seasons",
    "bank_accounts",
    "runs",
    "counted_days",
    "run_gaps",
    "remittances",
    "accruals",
    "holds",
    "idempotency",
)


def upgrade() -> None:
    _messaging()
    _grants_and_audit()
    _files()
    _read_models()
    _runs()
    _counts()
    _remittances()
    _accruals()
    _accrual_indexes()
    _holds_and_keys()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _messaging() -> None:
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


def _grants_and_audit() -> None:
    op.create_table(
        "grants",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "account_id", "scope", name=op.f("grants_pkey")),
    )
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


def _read_models() -> None:
    op.create_table(
        "seasons",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "scheme", "season", name=op.f("seasons_pkey")),
        comment="Read model: seasons that the wallet opened.",
    )
    op.create_table(
        "bank_accounts",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sealed_iban", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_holder", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", name=op.f("bank_accounts_pkey")),
        comment="Read model: verified accounts, sealed; the highest version is kept.",
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sepa_file_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(
            "(state = 'issued') = (issued_at IS NOT NULL AND sepa_file_id IS NOT NULL AND approved_by <> '')",
            name=op.f("runs_issued"),
        ),
        sa.CheckConstraint("approved_by = '' OR approved_by <> proposed_by", name=op.f("runs_second_person")),
        sa.CheckConstraint(
            "state IN ('counting', 'prepared', 'proposed', 'issued', 'closed')", name=op.f("runs_state")
        ),
        sa.CheckConstraint("period_start <= period_end", name=op.f("runs_period")),
        sa.ForeignKeyConstraint(
            ["authority_id", "sepa_file_id"],
            ["files.authority_id", "files.file_id"],
            name=op.f("runs_authority_id_sepa_file_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "run_id", name=op.f("runs_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "scheme",
            "season",
            "period_start",
            name=op.f("runs_authority_id_scheme_season_period_start_key"),
        ),
    )
    op.create_index("runs_newest_first", "runs", ["authority_id", "period_end", "run_id"], unique=False)


def _counts() -> None:
    op.create_table(
        "counted_days",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("movements", sa.BigInteger(), nullable=False),
        sa.Column("sum_cents", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "scheme", "day", name=op.f("counted_days_pkey")),
        comment="Days on which payout's count and sum per partner equalled the wallet's.",
    )
    op.create_table(
        "run_gaps",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wallet_count", sa.BigInteger(), nullable=False),
        sa.Column("wallet_sum_cents", sa.BigInteger(), nullable=False),
        sa.Column("own_count", sa.BigInteger(), nullable=False),
        sa.Column("own_sum_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "run_id"],
            ["runs.authority_id", "runs.run_id"],
            name=op.f("run_gaps_authority_id_run_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "run_id", "day", "partner_id", name=op.f("run_gaps_pkey")),
        comment="Why a run still counts, as of its last go.",
    )


def _remittances() -> None:
    op.create_table(
        "remittances",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("movements", sa.BigInteger(), nullable=False),
        sa.Column("held_for", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.CheckConstraint("held_for IN ('missing_iban', 'staff')", name=op.f("remittances_held_for")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("remittances_amount")),
        sa.CheckConstraint("movements > 0", name=op.f("remittances_movements")),
        sa.ForeignKeyConstraint(
            ["authority_id", "run_id"],
            ["runs.authority_id", "runs.run_id"],
            name=op.f("remittances_authority_id_run_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "remittance_id", name=op.f("remittances_pkey")),
        sa.UniqueConstraint("authority_id", "reference", name=op.f("remittances_authority_id_reference_key")),
        sa.UniqueConstraint(
            "authority_id", "run_id", "partner_id", name=op.f("remittances_authority_id_run_id_partner_id_key")
        ),
    )
    op.create_index("remittances_of_partner", "remittances", ["authority_id", "partner_id"], unique=False)


def _accruals() -> None:
    op.create_table(
        "accruals",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("movement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("debit_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN movement_id = debit_id THEN amount_cents > 0 ELSE amount_cents < 0 END",
            name=op.f("accruals_sign"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "remittance_id"],
            ["remittances.authority_id", "remittances.remittance_id"],
            name=op.f("accruals_authority_id_remittance_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "movement_id", name=op.f("accruals_pkey")),
        comment="Read model of the wallet's movements at partners; a movement is in one remittance at most.",
    )


def _accrual_indexes() -> None:
    op.create_index(
        "accruals_of_day", "accruals", ["authority_id", "scheme", "business_day", "partner_id"], unique=False
    )
    op.create_index("accruals_of_debit", "accruals", ["authority_id", "debit_id"], unique=False)
    op.create_index("accruals_of_partner", "accruals", ["authority_id", "partner_id"], unique=False)
    op.create_index(
        "accruals_of_remittance",
        "accruals",
        ["authority_id", "remittance_id", "occurred_at"],
        unique=False,
        postgresql_where=sa.text("remittance_id IS NOT NULL"),
    )
    op.create_index(
        "accruals_one_cancellation",
        "accruals",
        ["authority_id", "debit_id"],
        unique=True,
        postgresql_where=sa.text("movement_id <> debit_id"),
    )
    op.create_index(
        "accruals_unclaimed",
        "accruals",
        ["authority_id", "scheme", "season", "partner_id"],
        unique=False,
        postgresql_where=sa.text("remittance_id IS NULL"),
    )


def _holds_and_keys() -> None:
    op.create_table(
        "holds",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code IN ('missing_iban', 'staff')", name=op.f("holds_code")),
        sa.CheckConstraint("lifted_at >= placed_at", name=op.f("holds_order")),
        sa.PrimaryKeyConstraint("authority_id", "hold_id", name=op.f("holds_pkey")),
    )
    op.create_index(
        "holds_open",
        "holds",
        ["authority_id", "partner_id", "code"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "idempotency",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "account_id", "operation", "key", name=op.f("idempotency_pkey")),
        comment="Answers given under a key: the same key gets the same answer.",
    )
