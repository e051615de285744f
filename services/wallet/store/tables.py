"""The tables of the wallet service. `authority_id` leads every key: the authority is the tenant.

Money is bigint cents, days are Paris days, instants are timestamptz of platform time; `recorded_at` alone is
machine time and decides no rule.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from chassis import tables as chassis_tables
from services.wallet.store import seal_tables

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
CHASSIS = chassis_tables.add_to(metadata)
erased_persons = chassis_tables.erased_persons(metadata)


def _authority() -> sa.Column[str]:
    return sa.Column("authority_id", sa.Text, primary_key=True)


def _of_authority() -> sa.Column[str]:
    """Where the key is stated apart, in another order than that of the columns."""
    return sa.Column("authority_id", sa.Text, nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(True), nullable=nullable)


def _recorded_at() -> sa.Column[object]:
    return sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()"))


def _cents(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


# --- Seasons and budget -------------------------------------------------------------------------------------

seasons = sa.Table(
    "seasons",
    metadata,
    _authority(),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    _text("rulebook_hash"),
    _instant("opened_at"),
    sa.Column("season_no", sa.Integer, sa.Identity(always=True), nullable=False),
    sa.UniqueConstraint("season_no"),
    comment="Seasons that staff opened; the hash is the version that was in force that day",
)

season_versions = sa.Table(
    "season_versions",
    metadata,
    _authority(),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    sa.Column("counts_from", sa.Date, primary_key=True),
    _text("rulebook_hash"),
    _instant("adopted_at"),
    sa.ForeignKeyConstraint(
        ["authority_id", "scheme", "season"], ["seasons.authority_id", "seasons.scheme", "seasons.season"]
    ),
    comment="Versions of open seasons: a day's is the last that counts from it or before, else the first",
)

envelopes = sa.Table(
    "envelopes",
    metadata,
    _authority(),
    sa.Column("envelope_id", sa.Uuid, primary_key=True),
    _text("scheme"),
    _text("season"),
    _text("benefit"),
    _cents("voted_cents"),
    _cents("unallocated_cents"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("announced_percent", sa.Integer, nullable=False, server_default="0"),
    sa.Column("expired_cents", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("authority_id", "scheme", "season", "benefit"),
    sa.ForeignKeyConstraint(
        ["authority_id", "scheme", "season"], ["seasons.authority_id", "seasons.scheme", "seasons.season"]
    ),
    sa.CheckConstraint("unallocated_cents BETWEEN 0 AND voted_cents", "never_beyond_what_was_voted"),
    comment="Lines of the budget: nothing is credited beyond what was voted",
)

# --- Memberships and fees -----------------------------------------------------------------------------------

memberships = sa.Table(
    "memberships",
    metadata,
    _authority(),
    sa.Column("membership_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    _text("scheme"),
    _text("season"),
    _text("state"),
    sa.Column("requested_on", sa.Date, nullable=False),
    _cents("fee_cents"),
    _text("fee_state"),
    _text("rulebook_hash"),
    sa.Column("reasons", JSONB, nullable=False),
    sa.Column("entitlements", JSONB, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("charter_version", sa.Text),
    _instant("charter_accepted_at", nullable=True),
    _recorded_at(),
    sa.Index(
        "memberships_one_a_season",
        "authority_id",
        "person_id",
        "scheme",
        "season",
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    ),
    sa.Index("memberships_by_state", "authority_id", "scheme", "season", "state", "membership_id"),
    sa.Index("memberships_of_person", "authority_id", "person_id"),
    sa.CheckConstraint(
        "state IN ('awaiting_consent', 'awaiting_identity', 'awaiting_school', 'awaiting_payment', 'active', "
        "'refused', 'ended')",
        "known_state",
    ),
    sa.CheckConstraint("(charter_version IS NULL) = (charter_accepted_at IS NULL)", "charter_accepted_when"),
    sa.CheckConstraint(
        "fee_state IN ('none', 'due', 'card_started', 'cheque_announced', 'cashed', 'waived')", "known_fee_state"
    ),
    sa.CheckConstraint(
        "state NOT IN ('active', 'ended') OR fee_state IN ('none', 'cashed', 'waived')", "active_once_settled"
    ),
)

fee_payments = sa.Table(
    "fee_payments",
    metadata,
    _authority(),
    sa.Column("payment_id", sa.Uuid, primary_key=True),
    sa.Column("membership_id", sa.Uuid, nullable=False),
    _text("means"),
    _text("provider"),
    sa.Column("checkout_id", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Column("webhook_id", sa.Text),
    _cents("amount_cents"),
    _text("state"),
    _instant("started_at"),
    _instant("settled_at", nullable=True),
    sa.UniqueConstraint("authority_id", "provider", "checkout_id"),
    sa.UniqueConstraint("authority_id", "provider", "webhook_id"),
    sa.Index("fee_payments_of_membership", "authority_id", "membership_id"),
    sa.Index(
        "fee_payments_one_a_membership",
        "authority_id",
        "membership_id",
        unique=True,
        postgresql_where=sa.text("state = 'cashed'"),
    ),
    sa.ForeignKeyConstraint(
        ["authority_id", "membership_id"], ["memberships.authority_id", "memberships.membership_id"]
    ),
    sa.CheckConstraint("amount_cents > 0", "positive_amount"),
    sa.CheckConstraint("means IN ('card', 'cheque')", "known_means"),
    sa.CheckConstraint("state IN ('started', 'cashed', 'failed', 'surplus')", "known_state"),
    comment="surplus: money that came though nothing was owed any more, to be given back",
)

version_credits = sa.Table(
    "version_credits",
    metadata,
    _authority(),
    sa.Column("rulebook_hash", sa.Text, primary_key=True),
    sa.Column("membership_id", sa.Uuid, primary_key=True),
    sa.ForeignKeyConstraint(
        ["authority_id", "membership_id"], ["memberships.authority_id", "memberships.membership_id"]
    ),
    comment="Members of an earlier version to whom a later one was applied, once each",
)

person_facts = sa.Table(
    "person_facts",
    metadata,
    _authority(),
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    comment="Read model of identity's facts, sealed: the highest version wins",
)

once_credits = sa.Table(
    "once_credits",
    metadata,
    _authority(),
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("benefit", sa.Text, primary_key=True),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    sa.Column("by_exception", sa.Boolean, nullable=False),
    sa.Index(
        "once_credits_once",
        "authority_id",
        "person_id",
        "benefit",
        unique=True,
        postgresql_where=sa.text("NOT by_exception"),
    ),
    comment="Benefits that a person gets once in the whole schooling or once in a life, by the key that benefits_had "
    "knows them by",
)

# --- Wallets and the ledger ---------------------------------------------------------------------------------

wallets = sa.Table(
    "wallets",
    metadata,
    _authority(),
    sa.Column("wallet_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("membership_id", sa.Uuid, nullable=False),
    sa.Column("envelope_id", sa.Uuid, nullable=False),
    _text("scheme"),
    _text("season"),
    _text("benefit"),
    _text("category"),
    sa.Column("opens_on", sa.Date, nullable=False),
    sa.Column("closes_on", sa.Date, nullable=False),
    _cents("credited_cents"),
    _cents("balance_cents"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("uses_left", sa.Integer),
    sa.UniqueConstraint("authority_id", "membership_id", "benefit"),
    sa.UniqueConstraint("authority_id", "person_id", "scheme", "season", "benefit"),
    sa.ForeignKeyConstraint(
        ["authority_id", "membership_id"], ["memberships.authority_id", "memberships.membership_id"]
    ),
    sa.ForeignKeyConstraint(["authority_id", "envelope_id"], ["envelopes.authority_id", "envelopes.envelope_id"]),
    sa.CheckConstraint("balance_cents >= 0", "never_below_zero"),
    sa.CheckConstraint("balance_cents <= credited_cents", "never_above_its_credit"),
    sa.CheckConstraint("opens_on <= closes_on", "window"),
    sa.Index("wallets_by_last_day", "authority_id", "scheme", "season", "closes_on", "wallet_id"),
    sa.CheckConstraint("uses_left >= 0", "uses_never_below_zero"),
    # No index holds the balance, and pages keep room: a debit updates its row in place.
    postgresql_with={"fillfactor": 80},
)


def _season_no() -> sa.Column[int]:
    """Of which season the row is; 0 where it was not said. A key's last column: what an id names is found without."""
    return sa.Column("season_no", sa.Integer, nullable=False, server_default="0")


transfers = sa.Table(
    "transfers",
    metadata,
    _of_authority(),
    sa.Column("transfer_id", sa.Uuid, nullable=False),
    _text("kind"),
    sa.Column("envelope_id", sa.Uuid, nullable=False),
    sa.Column("wallet_id", sa.Uuid),
    sa.Column("partner_id", sa.Uuid),
    sa.Column("category", sa.Text),
    _cents("amount_cents"),
    sa.Column("cancels", sa.Uuid),
    _instant("occurred_at"),
    sa.Column("business_day", sa.Date, nullable=False),
    _text("rulebook_hash"),
    _text("account_id"),
    _text("device"),
    _recorded_at(),
    sa.Column("uses", sa.Integer),
    sa.Column("channel", sa.Text),
    _season_no(),
    sa.PrimaryKeyConstraint("authority_id", "transfer_id", "season_no"),
    sa.CheckConstraint("uses >= 0", "uses_never_below_zero"),
    sa.CheckConstraint(
        "kind IN ('vote', 'credit', 'debit', 'cancel', 'expire', 'hold', 'capture', 'release', 'return', 'correction', "
        "'clawback')",
        "known_kind",
    ),
    sa.CheckConstraint("amount_cents > 0", "positive_amount"),
    sa.CheckConstraint("(kind = 'vote') = (wallet_id IS NULL)", "wallet_side"),
    sa.CheckConstraint("(kind IN ('debit', 'capture', 'cancel')) = (partner_id IS NOT NULL)", "partner_side"),
    sa.CheckConstraint("(kind IN ('debit', 'capture', 'cancel')) = (category IS NOT NULL)", "category_of_partner"),
    sa.CheckConstraint("(kind = 'cancel') = (cancels IS NOT NULL)", "cancel_names_its_debit"),
    sa.Index(
        "transfers_one_cancellation",
        "authority_id",
        "cancels",
        "season_no",
        unique=True,
        postgresql_where=sa.text("cancels IS NOT NULL"),
    ),
    sa.Index("transfers_of_day", "authority_id", "business_day", "transfer_id"),
    sa.Index(
        "transfers_of_partner",
        "authority_id",
        "partner_id",
        "occurred_at",
        "transfer_id",
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    ),
    postgresql_partition_by="LIST (season_no)",
    comment="Movements of money, append-only (trigger)",
)

entries = sa.Table(
    "entries",
    metadata,
    _of_authority(),
    sa.Column("transfer_id", sa.Uuid, nullable=False),
    _text("account_kind"),
    sa.Column("account_id", sa.Uuid, nullable=False),
    _cents("amount_cents"),
    _cents("balance_before_cents", nullable=True),
    _cents("balance_after_cents", nullable=True),
    sa.Column("account_version", sa.BigInteger),
    _season_no(),
    sa.PrimaryKeyConstraint("authority_id", "transfer_id", "account_kind", "season_no"),
    sa.CheckConstraint(
        "account_kind IN ('authority', 'envelope', 'wallet', 'partner', 'expired', 'hold')", "known_account"
    ),
    sa.CheckConstraint("amount_cents <> 0", "some_amount"),
    sa.CheckConstraint("balance_after_cents = balance_before_cents + amount_cents", "balance_moves_by_amount"),
    sa.CheckConstraint(
        "(account_kind IN ('envelope', 'wallet')) = (account_version IS NOT NULL) AND "
        "(account_version IS NULL) = (balance_after_cents IS NULL) AND "
        "(balance_before_cents IS NULL) = (balance_after_cents IS NULL)",
        "balances_where_the_row_is_locked",
    ),
    sa.Index(
        "entries_chain",
        "authority_id",
        "account_id",
        "account_version",
        "season_no",
        unique=True,
        postgresql_where=sa.text("account_version IS NOT NULL"),
    ),
    postgresql_partition_by="LIST (season_no)",
    comment="Two signed sides a transfer, append-only (trigger)",
)

vouchers = sa.Table(
    "vouchers",
    metadata,
    _authority(),
    sa.Column("voucher_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("wallet_id", sa.Uuid, nullable=False),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    _text("scheme"),
    _text("season"),
    _text("benefit"),
    _text("category"),
    _cents("amount_cents"),
    _instant("created_at"),
    sa.Column("expires_on", sa.Date, nullable=False),
    _text("state"),
    _cents("redeemed_cents"),
    sa.Column("debit_id", sa.Uuid),
    sa.Column("wallet_version", sa.BigInteger),
    sa.Column("code_hash", sa.LargeBinary, nullable=False),
    sa.Column("sealed_code", sa.LargeBinary, nullable=False),
    _recorded_at(),
    sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
    sa.UniqueConstraint("authority_id", "code_hash"),
    sa.ForeignKeyConstraint(["authority_id", "wallet_id"], ["wallets.authority_id", "wallets.wallet_id"]),
    sa.CheckConstraint("amount_cents > 0", "positive_amount"),
    sa.CheckConstraint("redeemed_cents BETWEEN 0 AND amount_cents", "never_above_its_amount"),
    sa.CheckConstraint("state IN ('open', 'redeemed', 'released')", "known_state"),
    sa.CheckConstraint(
        "(state = 'redeemed') = (debit_id IS NOT NULL) AND (debit_id IS NOT NULL) = (redeemed_cents > 0) AND "
        "(debit_id IS NULL) = (wallet_version IS NULL)",
        "redeemed_by_one_debit",
    ),
    sa.Index("vouchers_of_person", "authority_id", "person_id", "created_at", "voucher_id"),
    sa.Index("vouchers_of_wallet", "authority_id", "wallet_id"),
    sa.Index(
        "vouchers_open_of_partner",
        "authority_id",
        "partner_id",
        "scheme",
        "category",
        postgresql_where=sa.text("state = 'open'"),
    ),
    comment="Parts of wallets reserved for one partner; the code is found by its hash and shown from its seal",
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    _authority(),
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.LargeBinary, nullable=False),
    sa.Column("outcome", JSONB, nullable=False),
    sa.Column("transfer_id", sa.Uuid),
    _recorded_at(),
    comment="First answers by key, refusals by rule included",
)

# --- Seals --------------------------------------------------------------------------------------------------

sealed_days, day_seals, seal_seasons, seal_branches, seal_totals, detached_seasons = seal_tables.add_to(metadata)

# --- Who may take cards (cards themselves: card_tables.py) ---------------------------------------------------

accreditations = sa.Table(
    "accreditations",
    metadata,
    _authority(),
    sa.Column("partner_id", sa.Uuid, primary_key=True),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("activity", sa.Text),
    sa.Column("tags", sa.Text),
    comment="Read model of partner's accreditations: the highest version wins",
)
