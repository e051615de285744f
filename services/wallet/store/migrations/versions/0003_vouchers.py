"""Vouchers, free memberships, and numbers that cashiers type.

Yesterday's code goes on beside it: constraints only widen, columns may be empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KINDS_OF_0002 = "'vote', 'credit', 'debit', 'cancel', 'expire'"
_ACCOUNTS_OF_0002 = "'authority', 'envelope', 'wallet', 'partner', 'expired'"
_FEE_STATES_OF_0002 = "'none', 'due', 'card_started', 'cheque_announced', 'cashed'"


def upgrade() -> None:
    _free_memberships()
    _ledger()
    _vouchers()
    _card_numbers()
    _wrong_codes()
    op.add_column("accreditations", sa.Column("activity", sa.Text(), nullable=True))


def downgrade() -> None:
    """Only where nothing was written that 0002 does not know."""
    op.drop_column("accreditations", "activity")
    op.drop_table("wrong_codes")
    op.drop_constraint("cards_authority_id_number_key", "cards")
    op.drop_column("cards", "number")
    op.drop_table("vouchers")
    _replace("entries", "known_account", f"account_kind IN ({_ACCOUNTS_OF_0002})")
    _replace("transfers", "known_kind", f"kind IN ({_KINDS_OF_0002})")
    for name, column in (("partner_side", "partner_id"), ("category_of_partner", "category")):
        _replace("transfers", name, f"(kind IN ('debit', 'cancel')) = ({column} IS NOT NULL)")
    op.drop_constraint("memberships_active_once_settled", "memberships")
    op.create_check_constraint(
        op.f("memberships_active_once_cashed"),
        "memberships",
        "state NOT IN ('active', 'ended') OR fee_state IN ('none', 'cashed')",
    )
    _replace("memberships", "known_fee_state", f"fee_state IN ({_FEE_STATES_OF_0002})")


def _free_memberships() -> None:
    _replace("memberships", "known_fee_state", f"fee_state IN ({_FEE_STATES_OF_0002}, 'waived')")
    op.drop_constraint("memberships_active_once_cashed", "memberships")
    op.create_check_constraint(
        op.f("memberships_active_once_settled"),
        "memberships",
        "state NOT IN ('active', 'ended') OR fee_state IN ('none', 'cashed', 'waived')",
    )


def _ledger() -> None:
    _replace("transfers", "known_kind", f"kind IN ({_KINDS_OF_0002}, 'hold', 'capture', 'release')")
    for name, column in (("partner_side", "partner_id"), ("category_of_partner", "category")):
        _replace("transfers", name, f"(kind IN ('debit', 'capture', 'cancel')) = ({column} IS NOT NULL)")
    _replace("entries", "known_account", f"account_kind IN ({_ACCOUNTS_OF_0002}, 'hold')")


def _replace(table: str, name: str, condition: str) -> None:
    op.drop_constraint(f"{table}_{name}", table)
    op.create_check_constraint(op.f(f"{table}_{name}"), table, condition)


def _vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("redeemed_cents", sa.BigInteger(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=True),
        sa.Column("wallet_version", sa.BigInteger(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_code", sa.LargeBinary(), nullable=False),
        _recorded_at(),
        sa.CheckConstraint("amount_cents > 0", name=op.f("vouchers_positive_amount")),
        sa.CheckConstraint("redeemed_cents BETWEEN 0 AND amount_cents", name=op.f("vouchers_never_above_its_amount")),
        sa.CheckConstraint("state IN ('open', 'redeemed', 'released')", name=op.f("vouchers_known_state")),
        sa.CheckConstraint(
            "(state = 'redeemed') = (debit_id IS NOT NULL) AND (debit_id IS NOT NULL) = (redeemed_cents > 0) AND "
            "(debit_id IS NULL) = (wallet_version IS NULL)",
            name=op.f("vouchers_redeemed_by_one_debit"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "wallet_id"],
            ["wallets.authority_id", "wallets.wallet_id"],
            name=op.f("vouchers_authority_id_wallet_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "voucher_id", name=op.f("vouchers_pkey")),
        sa.UniqueConstraint("authority_id", "code_hash", name=op.f("vouchers_authority_id_code_hash_key")),
        comment="Parts of wallets reserved for one partner; the code is found by its hash and shown from its seal",
    )
    op.create_index("vouchers_of_person", "vouchers", ["authority_id", "person_id", "created_at", "voucher_id"])
    op.create_index("vouchers_of_wallet", "vouchers", ["authority_id", "wallet_id"])
    op.create_index(
        "vouchers_open_of_partner",
        "vouchers",
        ["authority_id", "partner_id", "scheme", "category"],
        postgresql_where=sa.text("state = 'open'"),
    )


def _card_numbers() -> None:
    """Cards in use get a number; one made meanwhile gets its own when it is first shown."""
    op.add_column("cards", sa.Column("number", sa.Text(), nullable=True))
    _give_numbers()
    op.create_unique_constraint(op.f("cards_authority_id_number_key"), "cards", ["authority_id", "number"])
    op.execute(
        "COMMENT ON TABLE cards IS 'last_step: the last code step that was accepted, only a greater one passes; "
        "number: what is typed, given when the card is first shown'"
    )


def _give_numbers() -> None:
    """40 random bits each, from PostgreSQL's cryptographic source; drawn again where two cards got the same."""
    op.execute(
        """
        CREATE FUNCTION pg_temp.drawn_number() RETURNS text VOLATILE LANGUAGE sql AS $$
            SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (bits >> (5 * place) & 31)::int + 1, 1), '')
            FROM (SELECT ('x' || left(replace(gen_random_uuid()::text, '-', ''), 10))::bit(40)::bigint AS bits) AS d,
                 generate_series(0, 7) AS place
        $$
        """
    )
    op.execute(
        """
        DO $$
        BEGIN
            LOOP
                UPDATE cards SET number = pg_temp.drawn_number() WHERE number IS NULL;
                EXIT WHEN NOT FOUND;
                UPDATE cards SET number = NULL FROM (
                    SELECT authority_id, card_id, row_number() OVER (PARTITION BY authority_id, number) AS place
                    FROM cards
                ) AS drawn
                WHERE cards.authority_id = drawn.authority_id AND cards.card_id = drawn.card_id AND drawn.place > 1;
            END LOOP;
        END $$
        """
    )


def _wrong_codes() -> None:
    op.create_table(
        "wrong_codes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("wrong_code_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        _recorded_at(),
        sa.PrimaryKeyConstraint("authority_id", "wrong_code_id", name=op.f("wrong_codes_pkey")),
        comment="Wrong codes that a partner typed of late: too many in ten minutes and it must wait",
    )
    op.create_index("wrong_codes_of_partner", "wrong_codes", ["authority_id", "partner_id", "recorded_at"])


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )
