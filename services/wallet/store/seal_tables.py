"""The tables of sealed days and closed seasons: added to the wallet's own by `tables`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


def add_to(metadata: sa.MetaData) -> tuple[sa.Table, sa.Table, sa.Table, sa.Table, sa.Table, sa.Table]:
    """sealed_days, day_seals, seal_seasons, seal_branches, seal_totals, detached_seasons."""
    return (
        _sealed_days(metadata),
        _day_seals(metadata),
        _seal_seasons(metadata),
        _seal_branches(metadata),
        _seal_totals(metadata),
        _detached_seasons(metadata),
    )


def _sealed_days(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "sealed_days",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("counted_at", sa.DateTime(True)),
        comment="Days that are closed to partners' movements; counted_at: payout counted it",
    )


def _day_seals(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "day_seals",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("previous_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("transfers", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("sums", JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.UniqueConstraint("authority_id", "previous_hash"),
        comment="A day's entries under one hash, chained to the day before, append-only (trigger)",
    )


def _seal_seasons(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "seal_seasons",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("season_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("transfers", sa.BigInteger, nullable=False),
        sa.Column("entries_digest", sa.LargeBinary, nullable=False),
        sa.Column("totals_digest", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "day"], ["day_seals.authority_id", "day_seals.day"], deferrable=True, initially="DEFERRED"
        ),
        comment="What a season has in a day's seal: it can be checked when another season is detached",
    )


def _part_of_season() -> sa.ForeignKeyConstraint:
    """Checked at the commit: leaves come first, the hash over them last."""
    key = ("authority_id", "day", "season_no")
    whole = [f"seal_seasons.{name}" for name in key]
    return sa.ForeignKeyConstraint(key, whole, deferrable=True, initially="DEFERRED")


def _seal_branches(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "seal_branches",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("season_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("branch", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        _part_of_season(),
        sa.CheckConstraint("branch BETWEEN 0 AND 255", "last_byte_of_ids"),
        comment="id and hash of each transfer, 48 bytes each, by id: they name what does not fit the day's hash",
    )


def _seal_totals(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "seal_totals",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("season_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("account_kind", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        _part_of_season(),
        comment="A day's sum of each partner and envelope; wallets and holds are summed by their envelope",
    )


def _detached_seasons(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "detached_seasons",
        metadata,
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("season_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("season", sa.Text, nullable=False),
        sa.Column("transfers", sa.BigInteger, nullable=False),
        sa.Column("sums", JSONB, nullable=False),
        sa.Column("envelopes", JSONB, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("sealed_at", sa.DateTime(True), nullable=False),
        sa.Column("detached_at", sa.DateTime(True)),
        sa.ForeignKeyConstraint(
            ["authority_id", "scheme", "season"], ["seasons.authority_id", "seasons.scheme", "seasons.season"]
        ),
        comment="Closing balances of finished seasons; detached_at: its partitions stand apart since then",
    )
