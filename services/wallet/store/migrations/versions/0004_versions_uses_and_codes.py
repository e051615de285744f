"""Versions of a season, rights counted in uses, channels of debits, holders' secret codes.

Yesterday's code goes on beside it: every new column of an old table may be empty or has a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _versions()
    _uses()
    _channels()
    _secret_codes()


def downgrade() -> None:
    op.drop_table("secret_codes")
    op.drop_column("presentations", "channel")
    op.drop_column("transfers", "channel")
    op.drop_column("vouchers", "uses")
    op.drop_column("transfers", "uses")
    op.drop_column("wallets", "uses_left")
    op.drop_table("version_credits")
    op.drop_table("season_versions")
    _comment_on_seasons("Seasons that staff opened; the hash is the rulebook in force")


def _comment_on_seasons(text: str) -> None:
    op.execute(f"COMMENT ON TABLE seasons IS '{text}'")


def _versions() -> None:
    """Open seasons have had one version so far: it counts whatever the day, so its day is the opening's."""
    op.create_table(
        "season_versions",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "scheme", "season"],
            ["seasons.authority_id", "seasons.scheme", "seasons.season"],
            name=op.f("season_versions_authority_id_scheme_season_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "scheme", "season", "counts_from", name=op.f("season_versions_pkey")),
        comment="Versions of open seasons: a day's is the last that counts from it or before, else the first",
    )
    op.execute(
        """
        INSERT INTO season_versions (authority_id, scheme, season, counts_from, rulebook_hash, adopted_at)
        SELECT authority_id, scheme, season, (opened_at AT TIME ZONE 'Europe/Paris')::date, rulebook_hash, opened_at
        FROM seasons
        """
    )
    _comment_on_seasons("Seasons that staff opened; the hash is the version that was in force that day")
    op.create_table(
        "version_credits",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "membership_id"],
            ["memberships.authority_id", "memberships.membership_id"],
            name=op.f("version_credits_authority_id_membership_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "rulebook_hash", "membership_id", name=op.f("version_credits_pkey")),
        comment="Members of an earlier version to whom a later one was applied, once each",
    )


def _uses() -> None:
    op.add_column("wallets", sa.Column("uses_left", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("wallets_uses_never_below_zero"), "wallets", "uses_left >= 0")
    op.add_column("transfers", sa.Column("uses", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("transfers_uses_never_below_zero"), "transfers", "uses >= 0")
    op.add_column("vouchers", sa.Column("uses", sa.Integer(), server_default="0", nullable=False))


def _channels() -> None:
    """A presentation of before was made by a scan or a typed code, and paid as a scanned one."""
    op.add_column("transfers", sa.Column("channel", sa.Text(), nullable=True))
    op.add_column("presentations", sa.Column("channel", sa.Text(), server_default="qr", nullable=False))


def _secret_codes() -> None:
    op.create_table(
        "secret_codes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("wrong_in_a_row", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_wrong", sa.LargeBinary(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("wrong_in_a_row >= 0", name=op.f("secret_codes_counted")),
        sa.PrimaryKeyConstraint("authority_id", "person_id", name=op.f("secret_codes_pkey")),
        comment="Holders' secret codes: argon2id over an HMAC whose key is not in the database",
    )
