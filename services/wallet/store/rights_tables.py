"""The tables of top-ups, of transfers to another operator and of uses of rights without cents."""

from __future__ import annotations

import sqlalchemy as sa

from services.wallet.store.tables import metadata


def _authority() -> sa.Column[str]:
    return sa.Column("authority_id", sa.Text, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _cents(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(True), nullable=nullable)


wallet_top_ups = sa.Table(
    "wallet_top_ups",
    metadata,
    _authority(),
    sa.Column("wallet_id", sa.Uuid, primary_key=True),
    _text("code"),
    _cents("ceiling_cents"),
    _cents("added_cents"),
    sa.ForeignKeyConstraint(["authority_id", "wallet_id"], ["wallets.authority_id", "wallets.wallet_id"]),
    sa.CheckConstraint("added_cents BETWEEN 0 AND ceiling_cents", "never_summed"),
    comment="What tills added to a wallet in all, and by which top-up last: one ceiling, however many apply",
)

top_ups = sa.Table(
    "top_ups",
    metadata,
    _authority(),
    sa.Column("debit_id", sa.Uuid, primary_key=True),
    sa.Column("credit_id", sa.Uuid, nullable=False),
    sa.Column("wallet_id", sa.Uuid, nullable=False),
    _text("code"),
    _cents("amount_cents"),
    sa.Column("returned_by", sa.Uuid),
    sa.UniqueConstraint("authority_id", "credit_id"),
    sa.UniqueConstraint("authority_id", "returned_by"),
    sa.ForeignKeyConstraint(["authority_id", "wallet_id"], ["wallets.authority_id", "wallets.wallet_id"]),
    sa.CheckConstraint("amount_cents > 0", "positive_amount"),
    sa.Index("top_ups_of_wallet", "authority_id", "wallet_id"),
    comment="Which credit was made for which debit at the till, and the transfer that gave it back",
)

operator_transfers = sa.Table(
    "operator_transfers",
    metadata,
    _authority(),
    sa.Column("debit_id", sa.Uuid, primary_key=True),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    _text("reference"),
    sa.UniqueConstraint("authority_id", "partner_id", "reference"),
    comment="Balances moved to another operator's account, under the operator's own reference",
)

access_uses = sa.Table(
    "access_uses",
    metadata,
    _authority(),
    sa.Column("use_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("membership_id", sa.Uuid, nullable=False),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    _text("scheme"),
    _text("season"),
    _text("benefit"),
    _text("category"),
    _instant("occurred_at"),
    sa.Column("business_day", sa.Date, nullable=False),
    _text("rulebook_hash"),
    _text("account_id"),
    _text("device"),
    _text("channel"),
    sa.Column("period_starts_on", sa.Date),
    sa.Column("place", sa.Integer),
    sa.Column("places", sa.Integer),
    _instant("cancelled_at", nullable=True),
    sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
    sa.ForeignKeyConstraint(
        ["authority_id", "membership_id"], ["memberships.authority_id", "memberships.membership_id"]
    ),
    sa.CheckConstraint("place BETWEEN 1 AND places", "within_its_limit"),
    sa.CheckConstraint(
        "(place IS NULL) = (places IS NULL) AND (place IS NULL) = (period_starts_on IS NULL)", "limited_or_not"
    ),
    sa.Index(
        "access_uses_one_a_place",
        "authority_id",
        "person_id",
        "scheme",
        "season",
        "benefit",
        "period_starts_on",
        "place",
        unique=True,
        postgresql_where=sa.text("cancelled_at IS NULL AND place IS NOT NULL"),
    ),
    sa.Index("access_uses_of_person", "authority_id", "person_id", "occurred_at", "use_id"),
    sa.Index("access_uses_of_partner", "authority_id", "partner_id", "occurred_at", "use_id"),
    comment="Uses of rights without cents: one that stands has its place in its period to itself",
)
