"""The tables of what staff and payout do to a budget and to wallets, beside those of `tables`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.wallet.store.tables import metadata


def _key(name: str) -> list[sa.Column[object]]:
    return [sa.Column("authority_id", sa.Text, primary_key=True), sa.Column(name, sa.Uuid, primary_key=True)]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(True), nullable=nullable)


def _recorded_at() -> sa.Column[object]:
    return sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()"))


def _of_membership() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["authority_id", "membership_id"], ["memberships.authority_id", "memberships.membership_id"]
    )


due_credits = sa.Table(
    "due_credits",
    metadata,
    *_key("membership_id"),
    sa.Column("benefit", sa.Text, primary_key=True),
    sa.Column("envelope_id", sa.Uuid, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    _instant("due_since"),
    _of_membership(),
    sa.ForeignKeyConstraint(["authority_id", "envelope_id"], ["envelopes.authority_id", "envelopes.envelope_id"]),
    sa.CheckConstraint("amount_cents > 0", "positive_amount"),
    sa.Index("due_credits_in_order", "authority_id", "envelope_id", "due_since", "membership_id", "benefit"),
    sa.Index("due_credits_by_amount", "authority_id", "envelope_id", "amount_cents"),
    comment="The line before each envelope: what members are due and it has not borne, in the order in which their "
    "requests were complete",
)

corrections = sa.Table(
    "corrections",
    metadata,
    *_key("correction_id"),
    sa.Column("wallet_id", sa.Uuid, nullable=False),
    sa.Column("debit_id", sa.Uuid),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    _instant("proposed_at"),
    sa.Column("decided_by", sa.Text),
    _instant("decided_at", nullable=True),
    sa.Column("transfer_id", sa.Uuid),
    _recorded_at(),
    sa.ForeignKeyConstraint(["authority_id", "wallet_id"], ["wallets.authority_id", "wallets.wallet_id"]),
    sa.CheckConstraint("amount_cents <> 0", "some_amount"),
    sa.CheckConstraint("state IN ('proposed', 'confirmed', 'dropped')", "known_state"),
    sa.CheckConstraint(
        "(state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)", "decided_once"
    ),
    sa.CheckConstraint("state <> 'confirmed' OR decided_by <> proposed_by", "confirmed_by_a_second_person"),
    sa.CheckConstraint("(state = 'confirmed') = (transfer_id IS NOT NULL)", "confirmed_is_one_transfer"),
    sa.CheckConstraint("uses = 0 OR (uses > 0) = (amount_cents > 0)", "uses_go_with_cents"),
    sa.Index("corrections_of_transfer", "authority_id", "transfer_id", unique=True),
    sa.Index("corrections_by_state", "authority_id", "state", "correction_id"),
    comment="What staff put right: proposed by one person and confirmed by another; debit_id: the debit to be undone, "
    "else cents of the wallet",
)

clawbacks = sa.Table(
    "clawbacks",
    metadata,
    *_key("clawback_id"),
    sa.Column("debit_id", sa.Uuid, nullable=False),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    sa.Column("envelope_id", sa.Uuid, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("transfer_id", sa.Uuid, nullable=False),
    _recorded_at(),
    sa.CheckConstraint("amount_cents > 0", "positive_amount"),
    sa.Index("clawbacks_of_transfer", "authority_id", "transfer_id", unique=True),
    sa.Index("clawbacks_of_debit", "authority_id", "debit_id"),
    sa.Index("clawbacks_of_envelope", "authority_id", "envelope_id"),
    comment="What payout decided that partners pay back, each once by payout's own id",
)

suspensions = sa.Table(
    "suspensions",
    metadata,
    *_key("suspension_id"),
    sa.Column("membership_id", sa.Uuid, nullable=False),
    sa.Column("benefits", ARRAY(sa.Text), nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("reason_sealed", sa.LargeBinary, nullable=False),
    sa.Column("imposed_by", sa.Text, nullable=False),
    _instant("imposed_at"),
    sa.Column("notified_on", sa.Date),
    sa.Column("appealed_on", sa.Date),
    sa.Column("answered_on", sa.Date),
    _instant("lifted_at", nullable=True),
    sa.Column("lifted_by", sa.Text),
    _instant("lifted_recorded_at", nullable=True),
    _recorded_at(),
    _of_membership(),
    sa.CheckConstraint(
        "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_recorded_at IS NULL)",
        "lifted_by_somebody",
    ),
    sa.CheckConstraint("answered_on IS NULL OR appealed_on IS NOT NULL", "an_answer_has_its_appeal"),
    sa.Index("suspensions_of_membership", "authority_id", "membership_id"),
    comment="Benefits that a member may not use until a day, included; no benefit named: all. The reason is sealed",
)

envelope_days = sa.Table(
    "envelope_days",
    metadata,
    *_key("envelope_id"),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("debited_cents", sa.BigInteger, nullable=False),
    comment="What went to partners of an envelope on a counted day, less what was cancelled that day",
)
