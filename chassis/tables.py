"""The tables that the chassis keeps in each service's database.

A service calls `add_to(metadata)` beside its own tables; its migrations create them like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

_RECORDED_AT = "clock_timestamp()"


@dataclass(frozen=True, slots=True)
class ChassisTables:
    """Handles to the chassis's tables in one service's metadata."""

    outbox: sa.Table
    inbox: sa.Table
    jobs: sa.Table
    grants: sa.Table
    audit: sa.Table
    files: sa.Table
    file_chunks: sa.Table


def add_to(metadata: sa.MetaData) -> ChassisTables:
    return ChassisTables(
        _outbox(metadata),
        _inbox(metadata),
        _jobs(metadata),
        _grants(metadata),
        _audit(metadata),
        _files(metadata),
        _file_chunks(metadata),
    )


def erased_persons(metadata: sa.MetaData) -> sa.Table:
    """Whom this service cleared, and how many rows of which table: an id that leads nowhere, and numbers."""
    return sa.Table(
        "erased_persons",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("cleared", JSONB, nullable=False),
        sa.Column("erased_at", sa.DateTime(True), nullable=False),
    )


def _recorded_at() -> sa.Column[object]:
    """Machine time of the write; decides no rule."""
    return sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text(_RECORDED_AT))


def _outbox(metadata: sa.MetaData) -> sa.Table:
    """Facts that go out, written in the transaction that made them true."""
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("sequence", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("traceparent", sa.Text, nullable=False),
        _recorded_at(),
        sa.Column("published_at", sa.DateTime(True)),
        sa.Index("outbox_unpublished", "sequence", postgresql_where=sa.text("published_at IS NULL")),
        sa.Index("outbox_by_type", "type"),
    )


def _inbox(metadata: sa.MetaData) -> sa.Table:
    """Facts that came in: one row an event, so that each has its effect once."""
    return sa.Table(
        "inbox",
        metadata,
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("handled_at", sa.DateTime(True)),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_failure", sa.Text),
        sa.Index("inbox_by_type", "type", postgresql_where=sa.text("handled_at IS NOT NULL")),
    )


def _jobs(metadata: sa.MetaData) -> sa.Table:
    """What is due, by platform time."""
    return sa.Table(
        "jobs",
        metadata,
        sa.Column("job_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(True), nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("done_at", sa.DateTime(True)),
        sa.UniqueConstraint("authority_id", "kind", "key"),
        sa.Index("jobs_due", "due_at", "job_id", postgresql_where=sa.text("done_at IS NULL")),
    )


def _grants(metadata: sa.MetaData) -> sa.Table:
    """What accounts may do: the owner's own rows, and a read model of other owners'."""
    return sa.Table(
        "grants",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    )


def _audit(metadata: sa.MetaData) -> sa.Table:
    """Who did what, when, from where, before and after."""
    return sa.Table(
        "audit",
        metadata,
        sa.Column("audit_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", JSONB),
        sa.Column("after", JSONB),
        sa.Column("occurred_at", sa.DateTime(True), nullable=False),
        _recorded_at(),
    )


def _files(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "files",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("file_id", sa.Uuid, primary_key=True),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        _recorded_at(),
    )


def _file_chunks(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "file_chunks",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("file_id", sa.Uuid, primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "file_id"], ["files.authority_id", "files.file_id"], ondelete="CASCADE"
        ),
    )
