"""Uses of rights without cents, top-ups at the till, transfers to another operator.

Yesterday's code goes on beside it: the constraint only widens, the column may be empty, the tables are new.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_KINDS_OF_0007 = "'vote', 'credit', 'debit', 'cancel', 'expire', 'hold', 'capture', 'release', 'correction', 'clawback'"


def upgrade() -> None:
    _replace_kinds(f"{_KINDS_OF_0007}, 'return'")
    op.add_column("accreditations", sa.Column("tags", sa.Text(), nullable=True))
    _create_top_ups()
    _create_operator_transfers()
    _create_access_uses()


def downgrade() -> None:
    """Only where nothing was written that 0008 does not know."""
    for table in ("access_uses", "operator_transfers", "top_ups", "wallet_top_ups"):
        op.drop_table(table)
    op.drop_column("accreditations", "tags")
    _replace_kinds(_KINDS_OF_0007)


def _replace_kinds(kinds: str) -> None:
    op.drop_constraint(op.f("transfers_known_kind"), "transfers")
    op.create_check_constraint(op.f("transfers_known_kind"), "transfers", f"kind IN ({kinds})")


def _create_top_ups() -> None:
    op.create_table(
        "wallet_top_ups",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=False),
        sa.Column("added_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "wallet_id", name=op.f("wallet_top_ups_pkey")),
        _of_wallet("wallet_top_ups"),
        sa.CheckConstraint("added_cents BETWEEN 0 AND ceiling_cents", name=op.f("wallet_top_ups_never_summed")),
        comment="What tills added to a wallet in all, and by which top-up last: one ceiling, however many apply",
    )
    op.create_table(
        "top_ups",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("returned_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("authority_id", "debit_id", name=op.f("top_ups_pkey")),
        sa.UniqueConstraint("authority_id", "credit_id", name=op.f("top_ups_authority_id_credit_id_key")),
        sa.UniqueConstraint("authority_id", "returned_by", name=op.f("top_ups_authority_id_returned_by_key")),
        _of_wallet("top_ups"),
        sa.CheckConstraint("amount_cents > 0", name=op.f("top_ups_positive_amount")),
        comment="Which credit was made for which debit at the till, and the transfer that gave it back",
    )
    op.create_index("top_ups_of_wallet", "top_ups", ["authority_id", "wallet_id"])


def _of_wallet(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["authority_id", "wallet_id"],
        ["wallets.authority_id", "wallets.wallet_id"],
        name=op.f(f"{table}_authority_id_wallet_id_fkey"),
    )


def _create_operator_transfers() -> None:
    op.create_table(
        "operator_transfers",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "debit_id", name=op.f("operator_transfers_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "partner_id",
            "reference",
            name=op.f("operator_transfers_authority_id_partner_id_reference_key"),
        ),
        comment="Balances moved to another operator's account, under the operator's own reference",
    )


def _create_access_uses() -> None:
    op.create_table(
        "access_uses",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("use_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("person_id", "membership_id", "partner_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scheme", "season", "benefit", "category")),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("rulebook_hash", "account_id", "device", "channel")),
        sa.Column("period_starts_on", sa.Date(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("authority_id", "use_id", name=op.f("access_uses_pkey")),
        sa.ForeignKeyConstraint(
            ["authority_id", "membership_id"],
            ["memberships.authority_id", "memberships.membership_id"],
            name=op.f("access_uses_authority_id_membership_id_fkey"),
        ),
        sa.CheckConstraint("place BETWEEN 1 AND places", name=op.f("access_uses_within_its_limit")),
        sa.CheckConstraint(
            "(place IS NULL) = (places IS NULL) AND (place IS NULL) = (period_starts_on IS NULL)",
            name=op.f("access_uses_limited_or_not"),
        ),
        comment="Uses of rights without cents: one that stands has its place in its period to itself",
    )
    op.create_index(
        "access_uses_one_a_place",
        "access_uses",
        ["authority_id", "person_id", "scheme", "season", "benefit", "period_starts_on", "place"],
        unique=True,
        postgresql_where=sa.text("cancelled_at IS NULL AND place IS NOT NULL"),
    )
    for name, of in (("access_uses_of_person", "person_id"), ("access_uses_of_partner", "partner_id")):
        op.create_index(name, "access_uses", ["authority_id", of, "occurred_at", "use_id"])
