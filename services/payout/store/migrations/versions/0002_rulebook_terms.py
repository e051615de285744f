"""Versions of a season, holds of categories until a proof is there, and debits that are only recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0002"
down_revision = "0001"

_KNOWN_CODES = "{} IN ('missing_iban', 'staff')"
# Runs that are due, or were played last, say how far a season has come.
_PLAYED_TO = """
    UPDATE seasons SET played_to = (
        SELECT coalesce(
            min((j.payload->>'period_start')::date) FILTER (WHERE j.done_at IS NULL) - 1,
            max((j.payload->>'period_end')::date) FILTER (WHERE j.done_at IS NOT NULL)
        )
        FROM jobs j
        WHERE j.kind = 'run' AND j.authority_id = seasons.authority_id
          AND j.payload->>'scheme' = seasons.scheme AND j.payload->>'season' = seasons.season
    )
"""
# Each scheme's runs wait in a line of their own.
_OWN_LINES = "UPDATE jobs SET kind = 'run:' || (payload->>'scheme') WHERE kind = 'run' AND done_at IS NULL"


def upgrade() -> None:
    _versions()
    _proofs_and_holds()
    _remittances_by_category()
    op.add_column("accruals", sa.Column("paid_out", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_check_constraint(op.f("accruals_only_recorded"), "accruals", "paid_out OR remittance_id IS NULL")


def downgrade() -> None:
    """Only where nothing was written that 0001 does not know."""
    op.drop_constraint(op.f("accruals_only_recorded"), "accruals")
    op.drop_column("accruals", "paid_out")
    for index in ("remittances_of_run", "remittances_one_paid"):
        op.drop_index(index, "remittances")
    op.create_unique_constraint(
        op.f("remittances_authority_id_run_id_partner_id_key"), "remittances", ["authority_id", "run_id", "partner_id"]
    )
    _only_known_codes("remittances", "held_for")
    op.drop_column("remittances", "categories")
    op.drop_index("holds_open", "holds")
    op.drop_constraint(op.f("holds_scope"), "holds")
    op.create_check_constraint(op.f("holds_code"), "holds", _KNOWN_CODES.format("code"))
    for name in ("scheme", "season", "categories"):
        op.drop_column("holds", name)
    op.create_index(
        "holds_open",
        "holds",
        ["authority_id", "partner_id", "code"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    for table in ("payout_proofs", "season_versions"):
        op.drop_table(table)
    op.execute("UPDATE jobs SET kind = 'run' WHERE kind LIKE 'run:%' AND done_at IS NULL")
    op.drop_column("seasons", "played_to")
    op.create_table_comment("seasons", "Read model: seasons that the wallet opened.")


def _only_known_codes(table: str, column: str) -> None:
    op.drop_constraint(op.f(f"{table}_{column}"), table)
    op.create_check_constraint(op.f(f"{table}_{column}"), table, _KNOWN_CODES.format(column))


def _versions() -> None:
    op.add_column("seasons", sa.Column("played_to", sa.Date))
    op.create_table_comment(
        "seasons", "Read model: seasons that the wallet opened; played_to: the last day whose run was prepared."
    )
    op.create_table(
        "season_versions",
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("season", sa.Text, primary_key=True),
        sa.Column("counts_from", sa.Date, primary_key=True),
        sa.Column("rulebook_hash", sa.Text, nullable=False),
        comment="Read model: later versions of seasons that the wallet adopted.",
    )
    op.execute(_PLAYED_TO)
    op.execute(_OWN_LINES)


def _proofs_and_holds() -> None:
    op.create_table(
        "payout_proofs",
        sa.Column("authority_id", sa.Text, primary_key=True),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("season", sa.Text, primary_key=True),
        sa.Column("hold_code", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        comment="Read model: what partners proved to be paid; the highest version is kept.",
    )
    for name in ("scheme", "season"):
        op.add_column("holds", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("holds", sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"))
    op.drop_constraint(op.f("holds_code"), "holds")
    op.create_check_constraint(op.f("holds_scope"), "holds", "(code IN ('missing_iban', 'staff')) = (scheme = '')")
    op.drop_index("holds_open", "holds")
    op.create_index(
        "holds_open",
        "holds",
        ["authority_id", "partner_id", "code", "scheme", "season"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _remittances_by_category() -> None:
    op.add_column("remittances", sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"))
    op.drop_constraint(op.f("remittances_held_for"), "remittances")
    op.create_check_constraint(op.f("remittances_held_for"), "remittances", "held_for <> ''")
    op.drop_constraint(op.f("remittances_authority_id_run_id_partner_id_key"), "remittances")
    op.create_index(
        "remittances_one_paid",
        "remittances",
        ["authority_id", "run_id", "partner_id"],
        unique=True,
        postgresql_where=sa.text("held_for IS NULL"),
    )
    op.create_index("remittances_of_run", "remittances", ["authority_id", "run_id", "partner_id"])
