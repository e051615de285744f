"""The wallet's own tables: budget, memberships, ledger, cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_TABLES = (
    "seasons",
    "envelopes",
    "memberships",
    "fee_payments",
    "person_facts",
    "once_credits",
    "wallets",
    "transfers",
    "entries",
    "idempotency",
    "sealed_days",
    "cards",
    "presentations",
    "accreditations",
)
# The ledger is append-only for everybody, its owner included: a mistake is undone by another transfer.
_APPEND_ONLY = ("transfers", "entries")


def upgrade() -> None:
    _budget()
    _memberships()
    _fees()
    _facts()
    _wallets()
    _transfers()
    _transfer_indexes()
    _entries()
    _keys_and_days()
    _cards()
    _accreditations()
    _append_only()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")


def _budget() -> None:
    op.create_table(
        "seasons",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "scheme", "season", name=op.f("seasons_pkey")),
        comment="Seasons that staff opened; the hash is the rulebook in force",
    )
    op.create_table(
        "envelopes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("voted_cents", sa.BigInteger(), nullable=False),
        sa.Column("unallocated_cents", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("announced_percent", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "unallocated_cents BETWEEN 0 AND voted_cents", name=op.f("envelopes_never_beyond_what_was_voted")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "scheme", "season"],
            ["seasons.authority_id", "seasons.scheme", "seasons.season"],
            name=op.f("envelopes_authority_id_scheme_season_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "envelope_id", name=op.f("envelopes_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "scheme",
            "season",
            "benefit",
            name=op.f("envelopes_authority_id_scheme_season_benefit_key"),
        ),
        comment="Lines of the budget: nothing is credited beyond what was voted",
    )


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_state", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entitlements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "fee_state IN ('none', 'due', 'card_started', 'cheque_announced', 'cashed')",
            name=op.f("memberships_known_fee_state"),
        ),
        sa.CheckConstraint(
            "state IN ('awaiting_identity', 'awaiting_school', 'awaiting_payment', 'active', 'refused', 'ended')",
            name=op.f("memberships_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('active', 'ended') OR fee_state IN ('none', 'cashed')",
            name=op.f("memberships_active_once_cashed"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "membership_id", name=op.f("memberships_pkey")),
    )
    op.create_index(
        "memberships_by_state",
        "memberships",
        ["authority_id", "scheme", "season", "state", "membership_id"],
        unique=False,
    )
    op.create_index("memberships_of_person", "memberships", ["authority_id", "person_id"], unique=False)
    op.create_index(
        "memberships_one_a_season",
        "memberships",
        ["authority_id", "person_id", "scheme", "season"],
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    )


def _fees() -> None:
    op.create_table(
        "fee_payments",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("checkout_id", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("webhook_id", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("means IN ('card', 'cheque')", name=op.f("fee_payments_known_means")),
        sa.CheckConstraint(
            "state IN ('started', 'cashed', 'failed', 'surplus')", name=op.f("fee_payments_known_state")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("fee_payments_positive_amount")),
        sa.ForeignKeyConstraint(
            ["authority_id", "membership_id"],
            ["memberships.authority_id", "memberships.membership_id"],
            name=op.f("fee_payments_authority_id_membership_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "payment_id", name=op.f("fee_payments_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "provider",
            "checkout_id",
            name=op.f("fee_payments_authority_id_provider_checkout_id_key"),
        ),
        sa.UniqueConstraint(
            "authority_id",
            "provider",
            "webhook_id",
            name=op.f("fee_payments_authority_id_provider_webhook_id_key"),
        ),
        comment="surplus: money that came though nothing was owed any more, to be given back",
    )
    op.create_index("fee_payments_of_membership", "fee_payments", ["authority_id", "membership_id"], unique=False)
    op.create_index(
        "fee_payments_one_a_membership",
        "fee_payments",
        ["authority_id", "membership_id"],
        unique=True,
        postgresql_where=sa.text("state = 'cashed'"),
    )


def _facts() -> None:
    op.create_table(
        "person_facts",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "person_id", name=op.f("person_facts_pkey")),
        comment="Read model of identity's facts, sealed: the highest version wins",
    )
    op.create_table(
        "once_credits",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("by_exception", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "authority_id", "person_id", "benefit", "scheme", "season", name=op.f("once_credits_pkey")
        ),
        comment="Benefits that a person gets once in the whole schooling",
    )
    op.create_index(
        "once_credits_once",
        "once_credits",
        ["authority_id", "person_id", "benefit"],
        unique=True,
        postgresql_where=sa.text("NOT by_exception"),
    )


def _wallets() -> None:
    op.create_table(
        "wallets",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("credited_cents", sa.BigInteger(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_cents <= credited_cents", name=op.f("wallets_never_above_its_credit")),
        sa.CheckConstraint("balance_cents >= 0", name=op.f("wallets_never_below_zero")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("wallets_window")),
        sa.ForeignKeyConstraint(
            ["authority_id", "envelope_id"],
            ["envelopes.authority_id", "envelopes.envelope_id"],
            name=op.f("wallets_authority_id_envelope_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "membership_id"],
            ["memberships.authority_id", "memberships.membership_id"],
            name=op.f("wallets_authority_id_membership_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "wallet_id", name=op.f("wallets_pkey")),
        sa.UniqueConstraint(
            "authority_id",
            "membership_id",
            "benefit",
            name=op.f("wallets_authority_id_membership_id_benefit_key"),
        ),
        sa.UniqueConstraint(
            "authority_id",
            "person_id",
            "scheme",
            "season",
            "benefit",
            name=op.f("wallets_authority_id_person_id_scheme_season_benefit_key"),
        ),
        postgresql_with={"fillfactor": 80},
    )


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("cancels", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("(kind = 'cancel') = (cancels IS NOT NULL)", name=op.f("transfers_cancel_names_its_debit")),
        sa.CheckConstraint("(kind = 'vote') = (wallet_id IS NULL)", name=op.f("transfers_wallet_side")),
        sa.CheckConstraint(
            "(kind IN ('debit', 'cancel')) = (category IS NOT NULL)",
            name=op.f("transfers_category_of_partner"),
        ),
        sa.CheckConstraint(
            "(kind IN ('debit', 'cancel')) = (partner_id IS NOT NULL)", name=op.f("transfers_partner_side")
        ),
        sa.CheckConstraint(
            "kind IN ('vote', 'credit', 'debit', 'cancel', 'expire')", name=op.f("transfers_known_kind")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("transfers_positive_amount")),
        sa.PrimaryKeyConstraint("authority_id", "transfer_id", name=op.f("transfers_pkey")),
        comment="Movements of money, append-only (trigger)",
    )


def _transfer_indexes() -> None:
    op.create_index(
        "transfers_of_day",
        "transfers",
        ["authority_id", "business_day", "transfer_id"],
        unique=False,
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )
    op.create_index(
        "transfers_of_partner",
        "transfers",
        ["authority_id", "partner_id", "occurred_at", "transfer_id"],
        unique=False,
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )
    op.create_index(
        "transfers_one_cancellation",
        "transfers",
        ["authority_id", "cancels"],
        unique=True,
        postgresql_where=sa.text("cancels IS NOT NULL"),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("account_kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("balance_before_cents", sa.BigInteger(), nullable=True),
        sa.Column("balance_after_cents", sa.BigInteger(), nullable=True),
        sa.Column("account_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(account_kind IN ('envelope', 'wallet')) = (account_version IS NOT NULL) AND "
            "(account_version IS NULL) = (balance_after_cents IS NULL) AND "
            "(balance_before_cents IS NULL) = (balance_after_cents IS NULL)",
            name=op.f("entries_balances_where_the_row_is_locked"),
        ),
        sa.CheckConstraint(
            "account_kind IN ('authority', 'envelope', 'wallet', 'partner', 'expired')",
            name=op.f("entries_known_account"),
        ),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("entries_some_amount")),
        sa.CheckConstraint(
            "balance_after_cents = balance_before_cents + amount_cents",
            name=op.f("entries_balance_moves_by_amount"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "transfer_id", "account_kind", name=op.f("entries_pkey")),
        comment="Two signed sides a transfer, append-only (trigger)",
    )
    op.create_index(
        "entries_chain",
        "entries",
        ["authority_id", "account_id", "account_version"],
        unique=True,
        postgresql_where=sa.text("account_version IS NOT NULL"),
    )


def _keys_and_days() -> None:
    op.create_table(
        "idempotency",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("authority_id", "caller", "operation", "key", name=op.f("idempotency_pkey")),
        comment="First answers by key, refusals by rule included",
    )
    op.create_table(
        "sealed_days",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("authority_id", "day", name=op.f("sealed_days_pkey")),
        comment="Days that payout counted: no partner's movement is added to them",
    )


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("opposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("authority_id", "card_id", name=op.f("cards_pkey")),
        comment="last_step: the last code step that was accepted; only a greater one passes",
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "cards_one_in_use",
        "cards",
        ["authority_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("opposed_at IS NULL"),
    )
    op.create_table(
        "presentations",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("presentation_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "card_id"],
            ["cards.authority_id", "cards.card_id"],
            name=op.f("presentations_authority_id_card_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "presentation_id", name=op.f("presentations_pkey")),
    )


def _accreditations() -> None:
    op.create_table(
        "accreditations",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", "scheme", "category", name=op.f("accreditations_pkey")),
        comment="Read model of partner's accreditations: the highest version wins",
    )


def _append_only() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
