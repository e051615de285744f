"""The tables of the bonplan service."""

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
    "offers",
    "registrations",
    "draws",
    "memberships",
    "idempotency",
)


def upgrade() -> None:
    _messaging()
    _grants_and_audit()
    _files()
    _offers()
    _offer_indexes()
    _registrations()
    _draws()
    _memberships_and_keys()


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


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("prize", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_left", sa.Integer(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moderated_by", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_commitment", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'draw' AND state IN ('published', 'closed', 'drawn'))"
            " = (seed_commitment <> '' AND sealed_seed IS NOT NULL)",
            name=op.f("offers_seed"),
        ),
        sa.CheckConstraint("(state = 'rejected') = (reason <> '')", name=op.f("offers_reason")),
        sa.CheckConstraint("(state = 'submitted') = (moderated_by = '')", name=op.f("offers_moderated")),
        sa.CheckConstraint("kind = 'registration' OR partner_id IS NULL", name=op.f("offers_draws_are_the_authoritys")),
        sa.CheckConstraint("kind IN ('registration', 'draw')", name=op.f("offers_kind")),
        sa.CheckConstraint("state <> 'drawn' OR kind = 'draw'", name=op.f("offers_drawn")),
        sa.CheckConstraint(
            "state IN ('submitted', 'rejected', 'published', 'closed', 'drawn')", name=op.f("offers_state")
        ),
        sa.CheckConstraint("moderated_by <> author_id", name=op.f("offers_second_person")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("offers_dates")),
        sa.CheckConstraint("places BETWEEN 1 AND 10000", name=op.f("offers_places")),
        sa.CheckConstraint("places_left BETWEEN 0 AND places", name=op.f("offers_places_left")),
        sa.CheckConstraint("value_cents >= 0", name=op.f("offers_value")),
        sa.PrimaryKeyConstraint("authority_id", "offer_id", name=op.f("offers_pkey")),
        comment="Bons plans. A draw's seed lies sealed from publication on; its commitment shows.",
    )


def _offer_indexes() -> None:
    op.create_index(
        "offers_of_partner", "offers", ["authority_id", "partner_id", "submitted_at", "offer_id"], unique=False
    )
    op.create_index(
        "offers_public",
        "offers",
        ["authority_id", "closes_at", "offer_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('published', 'closed', 'drawn')"),
    )
    op.create_index(
        "offers_to_moderate",
        "offers",
        ["authority_id", "submitted_at", "offer_id"],
        unique=False,
        postgresql_where=sa.text("state = 'submitted'"),
    )


def _registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("offer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("attendance_code", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'won') = (attendance_code IS NOT NULL)", name=op.f("registrations_attendance_code")
        ),
        sa.CheckConstraint("state IN ('waiting', 'won', 'lost', 'withdrawn')", name=op.f("registrations_state")),
        sa.ForeignKeyConstraint(
            ["authority_id", "offer_id"],
            ["offers.authority_id", "offers.offer_id"],
            name=op.f("registrations_authority_id_offer_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "registration_id", name=op.f("registrations_pkey")),
        sa.UniqueConstraint(
            "authority_id", "offer_id", "person_id", name=op.f("registrations_authority_id_offer_id_person_id_key")
        ),
        comment="One a person and offer, whatever they do meanwhile.",
    )
    op.create_index(
        "registrations_attendance_code",
        "registrations",
        ["authority_id", "offer_id", "attendance_code"],
        unique=True,
        postgresql_where=sa.text("attendance_code IS NOT NULL"),
    )
    op.create_index(
        "registrations_in_order",
        "registrations",
        ["authority_id", "offer_id", "registered_at", "registration_id"],
        unique=False,
    )
    op.create_index(
        "registrations_of_person",
        "registrations",
        ["authority_id", "person_id", "registered_at", "registration_id"],
        unique=False,
    )


def _draws() -> None:
    op.create_table(
        "draws",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("registrations_hash", sa.Text(), nullable=False),
        sa.Column("took_part", postgresql.ARRAY(sa.Uuid(as_uuid=False)), nullable=False),
        sa.Column("winners", postgresql.ARRAY(sa.Uuid(as_uuid=False)), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.CheckConstraint("cardinality(winners) <= cardinality(took_part)", name=op.f("draws_winners")),
        sa.CheckConstraint("octet_length(seed) = 32", name=op.f("draws_seed")),
        sa.ForeignKeyConstraint(
            ["authority_id", "offer_id"],
            ["offers.authority_id", "offers.offer_id"],
            name=op.f("draws_authority_id_offer_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "offer_id", name=op.f("draws_pkey")),
        comment="Draws as they were published; never changed.",
    )


def _memberships_and_keys() -> None:
    op.create_table(
        "memberships",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended')", name=op.f("memberships_state")),
        sa.PrimaryKeyConstraint("authority_id", "membership_id", name=op.f("memberships_pkey")),
        comment="Read model of the wallet's memberships; the highest version is kept.",
    )
    op.create_index(
        "memberships_of_person", "memberships", ["authority_id", "person_id", "scheme", "season"], unique=False
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
