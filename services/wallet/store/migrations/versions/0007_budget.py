"""The line before each envelope, staff's corrections, clawbacks, suspensions, and cheap figures of the budget.

Yesterday's code goes on beside it: constraints only widen, columns have defaults. A wallet that yesterday's code
credits meanwhile leaves no row in the line; one that it could not credit is put there by this migration only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"

_KINDS_OF_0005 = "'vote', 'credit', 'debit', 'cancel', 'expire', 'hold', 'capture', 'release'"


def upgrade() -> None:
    _replace_kinds(f"{_KINDS_OF_0005}, 'correction', 'clawback'")
    _due_credits()
    _corrections()
    _clawbacks()
    _suspensions()
    _figures()


def downgrade() -> None:
    """Only where nothing was written that 0005 does not know."""
    op.drop_column("envelopes", "expired_cents")
    for table in ("envelope_days", "suspensions", "clawbacks", "corrections", "due_credits"):
        op.drop_table(table)
    _replace_kinds(_KINDS_OF_0005)


def _replace_kinds(kinds: str) -> None:
    op.drop_constraint(op.f("transfers_known_kind"), "transfers")
    op.create_check_constraint(op.f("transfers_known_kind"), "transfers", f"kind IN ({kinds})")


def _due_credits() -> None:
    """Who waits already keeps the place of the day of their request."""
    op.create_table(
        "due_credits",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("due_credits_positive_amount")),
        _of_membership("due_credits"),
        _reference("due_credits", "envelope_id", "envelopes"),
        sa.PrimaryKeyConstraint("authority_id", "membership_id", "benefit", name=op.f("due_credits_pkey")),
        comment="The line before each envelope: what members are due and it has not borne, in the order in which their "
        "requests were complete",
    )
    op.create_index(
        "due_credits_in_order",
        "due_credits",
        ["authority_id", "envelope_id", "due_since", "membership_id", "benefit"],
    )
    op.create_index("due_credits_by_amount", "due_credits", ["authority_id", "envelope_id", "amount_cents"])
    op.execute(
        """
        INSERT INTO due_credits
        SELECT m.authority_id, m.membership_id, v.benefit, v.envelope_id, (g.document ->> 'amount_cents')::bigint,
               m.requested_on::timestamp AT TIME ZONE 'Europe/Paris'
        FROM memberships m
        CROSS JOIN LATERAL jsonb_array_elements(m.entitlements) AS g(document)
        JOIN envelopes v ON v.authority_id = m.authority_id AND v.scheme = m.scheme AND v.season = m.season
             AND v.benefit = g.document ->> 'benefit'
        WHERE m.state = 'active' AND NOT (g.document ->> 'credited')::boolean
          AND jsonb_array_length(coalesce(g.document -> 'waits', '[]')) = 0
          AND (g.document ->> 'amount_cents')::bigint > 0
        """
    )


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transfer_id", sa.Uuid(), nullable=True),
        _recorded_at(),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("corrections_some_amount")),
        sa.CheckConstraint("state IN ('proposed', 'confirmed', 'dropped')", name=op.f("corrections_known_state")),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("corrections_decided_once"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by <> proposed_by",
            name=op.f("corrections_confirmed_by_a_second_person"),
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (transfer_id IS NOT NULL)", name=op.f("corrections_confirmed_is_one_transfer")
        ),
        sa.CheckConstraint("uses = 0 OR (uses > 0) = (amount_cents > 0)", name=op.f("corrections_uses_go_with_cents")),
        _reference("corrections", "wallet_id", "wallets"),
        sa.PrimaryKeyConstraint("authority_id", "correction_id", name=op.f("corrections_pkey")),
        comment="What staff put right: proposed by one person and confirmed by another; debit_id: the debit to be "
        "undone, else cents of the wallet",
    )
    op.create_index("corrections_of_transfer", "corrections", ["authority_id", "transfer_id"], unique=True)
    op.create_index("corrections_by_state", "corrections", ["authority_id", "state", "correction_id"])


def _clawbacks() -> None:
    op.create_table(
        "clawbacks",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("clawback_id", sa.Uuid(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        _recorded_at(),
        sa.CheckConstraint("amount_cents > 0", name=op.f("clawbacks_positive_amount")),
        sa.PrimaryKeyConstraint("authority_id", "clawback_id", name=op.f("clawbacks_pkey")),
        comment="What payout decided that partners pay back, each once by payout's own id",
    )
    op.create_index("clawbacks_of_transfer", "clawbacks", ["authority_id", "transfer_id"], unique=True)
    op.create_index("clawbacks_of_debit", "clawbacks", ["authority_id", "debit_id"])
    op.create_index("clawbacks_of_envelope", "clawbacks", ["authority_id", "envelope_id"])


def _suspensions() -> None:
    op.create_table(
        "suspensions",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("suspension_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("benefits", ARRAY(sa.Text()), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("imposed_by", sa.Text(), nullable=False),
        sa.Column("imposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("appealed_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_recorded_at", sa.DateTime(timezone=True), nullable=True),
        _recorded_at(),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_recorded_at IS NULL)",
            name=op.f("suspensions_lifted_by_somebody"),
        ),
        sa.CheckConstraint(
            "answered_on IS NULL OR appealed_on IS NOT NULL", name=op.f("suspensions_an_answer_has_its_appeal")
        ),
        _of_membership("suspensions"),
        sa.PrimaryKeyConstraint("authority_id", "suspension_id", name=op.f("suspensions_pkey")),
        comment="Benefits that a member may not use until a day, included; no benefit named: all. The reason is sealed",
    )
    op.create_index("suspensions_of_membership", "suspensions", ["authority_id", "membership_id"])


def _figures() -> None:
    """What counted days and ended seasons left, so that nobody sums a season's transfers to read its budget."""
    op.add_column("envelopes", sa.Column("expired_cents", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        """
        UPDATE envelopes SET expired_cents = lost.cents FROM (
            SELECT authority_id, envelope_id, sum(amount_cents) AS cents FROM transfers WHERE kind = 'expire'
            GROUP BY authority_id, envelope_id
        ) AS lost
        WHERE envelopes.authority_id = lost.authority_id AND envelopes.envelope_id = lost.envelope_id
        """
    )
    op.create_table(
        "envelope_days",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("debited_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "envelope_id", "day", name=op.f("envelope_days_pkey")),
        comment="What went to partners of an envelope on a counted day, less what was cancelled that day",
    )
    op.execute(
        """
        INSERT INTO envelope_days
        SELECT t.authority_id, t.envelope_id, t.business_day,
               sum(CASE t.kind WHEN 'cancel' THEN -t.amount_cents ELSE t.amount_cents END)
        FROM transfers t JOIN sealed_days s ON s.authority_id = t.authority_id AND s.day = t.business_day
        WHERE t.partner_id IS NOT NULL GROUP BY 1, 2, 3
        """
    )


def _of_membership(table: str) -> sa.ForeignKeyConstraint:
    return _reference(table, "membership_id", "memberships")


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["authority_id", column],
        [f"{other}.authority_id", f"{other}.{column}"],
        name=op.f(f"{table}_authority_id_{column}_fkey"),
    )


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )
