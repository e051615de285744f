"""Cards on paper and plastic, their orders, opposition; wrong codes by device and by card.

Yesterday's code goes on beside it as long as nobody has a card on paper or plastic, which it cannot make: columns may
be empty or have a default, constraints only widen.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_STEPS = (
    "(state = 'ordered') = (exported_at IS NULL) AND (exported_at IS NULL) = (batch_id IS NULL) AND "
    "(exported_at IS NULL) = (card_id IS NULL) AND (state NOT IN ('sent', 'activated') OR sent_at IS NOT NULL) AND "
    "(state = 'activated') = (activated_at IS NOT NULL)"
)
_OVER = (
    "(state = 'opposed') = (opposed_at IS NOT NULL) AND (opposed_at IS NULL) = (opposed_for IS NULL) AND "
    "(state = 'replaced') = (replaced_at IS NOT NULL) AND "
    "(state IN ('opposed', 'replaced')) = (ended_recorded_at IS NOT NULL)"
)
_CARD_CHECKS = {
    "known_form": "form IN ('app', 'paper', 'pvc')",
    "known_state": "state IN ('waiting', 'active', 'opposed', 'replaced')",
    "used_by_its_holder": "person_id IS NOT NULL OR state <> 'active'",
    "season_of_form": "(form = 'app') = (scheme IS NULL) AND (scheme IS NULL) = (season IS NULL)",
    "over_when_and_why": _OVER,
    "known_opposition": "opposed_for IN ('lost', 'stolen')",
    "codes_kept_for_a_printer": "sealed_codes IS NULL OR batch_id IS NOT NULL",
}


def upgrade() -> None:
    _batches()
    _cards()
    _codes()
    _orders()
    op.add_column("presentations", _recorded_at())
    _wrong_codes()


def downgrade() -> None:
    """Only where there is no card on paper or plastic, and none was opposed."""
    op.drop_constraint("wrong_codes_typed_by_one", "wrong_codes")
    op.execute("DELETE FROM wrong_codes WHERE partner_id IS NULL")
    for name in ("wrong_codes_of_person", "wrong_codes_of_number"):
        op.drop_index(name, "wrong_codes")
    for name in ("person_id", "number", "device"):
        op.drop_column("wrong_codes", name)
    op.alter_column("wrong_codes", "partner_id", nullable=False)
    op.drop_column("presentations", "recorded_at")
    op.drop_table("card_orders")
    op.drop_table("card_codes")
    _drop_card_columns()
    op.drop_table("card_batches")


def _drop_card_columns() -> None:
    for name in ("cards_of_batch", "cards_of_person", "cards_one_in_use"):
        op.drop_index(name, "cards")
    for name in _CARD_CHECKS:
        op.drop_constraint(f"cards_{name}", "cards")
    op.drop_constraint("cards_authority_id_batch_id_fkey", "cards")
    for column in (
        "left_out", "sealed_codes", "batch_id", "ended_recorded_at", "opposed_for", "replaced_at", "activated_at",
        "made_at", "season", "scheme", "state", "form",
    ):  # fmt: skip
        op.drop_column("cards", column)
    op.alter_column("cards", "person_id", nullable=False)
    op.create_index(
        "cards_one_in_use", "cards", ["authority_id", "person_id"], unique=True,
        postgresql_where=sa.text("opposed_at IS NULL"),
    )  # fmt: skip


def _batches() -> None:
    op.create_table(
        "card_batches",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("without_holders", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cards > 0", name=op.f("card_batches_some_cards")),
        sa.PrimaryKeyConstraint("authority_id", "batch_id", name=op.f("card_batches_pkey")),
        comment="Cards made together for the printer",
    )
    op.create_index("card_batches_latest", "card_batches", ["authority_id", "made_at", "batch_id"])


def _cards() -> None:
    op.alter_column("cards", "person_id", nullable=True)
    op.add_column("cards", sa.Column("form", sa.Text(), server_default="app", nullable=False))
    op.add_column("cards", sa.Column("state", sa.Text(), server_default="active", nullable=False))
    for name in ("scheme", "season", "opposed_for"):
        op.add_column("cards", sa.Column(name, sa.Text(), nullable=True))
    for name in ("made_at", "activated_at", "replaced_at", "ended_recorded_at"):
        op.add_column("cards", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("cards", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.add_column("cards", sa.Column("sealed_codes", sa.LargeBinary(), nullable=True))
    op.add_column("cards", sa.Column("left_out", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_foreign_key(
        op.f("cards_authority_id_batch_id_fkey"), "cards", "card_batches", ["authority_id", "batch_id"],
        ["authority_id", "batch_id"],
    )  # fmt: skip
    for name, condition in _CARD_CHECKS.items():
        op.create_check_constraint(op.f(f"cards_{name}"), "cards", condition)
    op.drop_index("cards_one_in_use", "cards")
    op.create_index(
        "cards_one_in_use", "cards", ["authority_id", "person_id", "form"], unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )  # fmt: skip
    op.create_table_comment(
        "cards",
        "last_step: the last code step that was accepted, only a greater one passes; number: what is typed of the "
        "app's card, given when it is first shown; sealed_codes: those to "
        "print, until the batch is sent; left_out: of the printer's last file",
    )
    op.create_index("cards_of_person", "cards", ["authority_id", "person_id"])
    op.create_index(
        "cards_of_batch", "cards", ["authority_id", "batch_id", "card_id"],
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )  # fmt: skip


def _codes() -> None:
    op.create_table(
        "card_codes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        _of("card_codes", "card_id", "cards"),
        sa.PrimaryKeyConstraint("authority_id", "code_hash", name=op.f("card_codes_pkey")),
        sa.UniqueConstraint("authority_id", "card_id", "typed", name=op.f("card_codes_authority_id_card_id_typed_key")),
        comment="Codes of cards on paper and plastic, as keyed hashes: one in the QR, one to be typed",
    )


def _orders() -> None:
    op.create_table(
        "card_orders",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        _of("card_orders", "batch_id", "card_batches"),
        _of("card_orders", "card_id", "cards"),
        sa.CheckConstraint(
            "state IN ('ordered', 'exported', 'sent', 'activated', 'cancelled')", name=op.f("card_orders_known_state")
        ),
        sa.CheckConstraint(_STEPS, name=op.f("card_orders_each_step_after_the_one_before")),
        sa.PrimaryKeyConstraint("authority_id", "order_id", name=op.f("card_orders_pkey")),
        sa.UniqueConstraint("authority_id", "card_id", name=op.f("card_orders_authority_id_card_id_key")),
        comment="PVC cards that their holders ordered: exported for the printer once, in one batch",
    )
    op.create_index(
        "card_orders_one_under_way", "card_orders", ["authority_id", "person_id"], unique=True,
        postgresql_where=sa.text("state IN ('ordered', 'exported', 'sent')"),
    )  # fmt: skip
    op.create_index("card_orders_by_state", "card_orders", ["authority_id", "state", "ordered_at", "order_id"])


def _wrong_codes() -> None:
    op.alter_column("wrong_codes", "partner_id", nullable=True)
    op.add_column("wrong_codes", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column("wrong_codes", sa.Column("number", sa.Text(), nullable=True))
    op.add_column("wrong_codes", sa.Column("person_id", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("wrong_codes_typed_by_one"), "wrong_codes", "(partner_id IS NULL) <> (person_id IS NULL)"
    )
    for column in ("number", "person_id"):
        op.create_index(
            f"wrong_codes_of_{column.removesuffix('_id')}", "wrong_codes", ["authority_id", column, "recorded_at"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )  # fmt: skip
    op.create_table_comment(
        "wrong_codes",
        "Wrong codes of late, typed at a partner's till or by a person who pairs a card: too many and they wait",
    )


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["authority_id", column], [f"{other}.authority_id", f"{other}.{column}"],
        name=op.f(f"{table}_authority_id_{column}_fkey"),
    )  # fmt: skip


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )
