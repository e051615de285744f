"""The tables of the notification service."""

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
    "deliveries",
    "memberships",
    "membership_codes",
    "wrong_codes",
    "links",
    "outward",
)


def upgrade() -> None:
    _messaging()
    _grants_and_audit()
    _files()
    _deliveries()
    _memberships()
    _codes()
    _links()


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


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name=op.f("deliveries_settled")),
        sa.CheckConstraint("state IN ('waiting', 'sent') OR reason <> ''", name=op.f("deliveries_reason")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'abandoned', 'failed')", name=op.f("deliveries_state")),
        sa.PrimaryKeyConstraint("authority_id", "delivery_id", name=op.f("deliveries_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "event_id",
            "template",
            "account_id",
            name=op.f("deliveries_authority_id_event_id_template_account_id_key"),
        ),
        comment="Mails to send and sent; next_attempt_at and leases are machine time, settled_at platform time.",
    )
    op.create_index(
        "deliveries_of_subject",
        "deliveries",
        ["authority_id", "subject"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "deliveries_settled",
        "deliveries",
        ["authority_id", "settled_at"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "deliveries_waiting",
        "deliveries",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _memberships() -> None:
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
    op.create_index("memberships_of_person", "memberships", ["authority_id", "person_id"], unique=False)


def _codes() -> None:
    op.create_table(
        "membership_codes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "person_id", name=op.f("membership_codes_pkey")),
        sa.UniqueConstraint("authority_id", "code_hash", name=op.f("membership_codes_authority_id_code_hash_key")),
        comment="Codes of single use, as keyed hashes; a used one is gone.",
    )
    op.create_table(
        "wrong_codes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "subscriber_id", "tried_at", name=op.f("wrong_codes_pkey")),
        comment="Codes that a subscriber tried in vain, by machine time.",
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("pairwise_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("subscriber_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "pairwise_id", name=op.f("links_pkey")),
        sa.UniqueConstraint(
            "authority_id", "subscriber_id", "person_id", name=op.f("links_authority_id_subscriber_id_person_id_key")
        ),
        comment="Who is known to which subscriber, under which id. A link that ended is gone, with its events.",
    )
    op.create_index("links_of_person", "links", ["authority_id", "person_id"], unique=False)
    op.create_table(
        "outward",
        sa.Column("outward_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Text(), nullable=False),
        sa.Column("pairwise_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active', 'ended')", name=op.f("outward_state")),
        sa.ForeignKeyConstraint(
            ["authority_id", "pairwise_id"],
            ["links.authority_id", "links.pairwise_id"],
            name=op.f("outward_authority_id_pairwise_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("outward_id", name=op.f("outward_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "pairwise_id",
            "membership_id",
            "state",
            name=op.f("outward_authority_id_pairwise_id_membership_id_state_key"),
        ),
        comment="Membership events for other authorities: each once a link, membership and state.",
    )
    op.create_index(
        "outward_unpublished",
        "outward",
        ["authority_id", "subscriber_id", "outward_id"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
    )
