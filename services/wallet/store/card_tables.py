"""The tables of cards: their forms, codes, orders and presentations, and the codes that were typed wrong."""

from __future__ import annotations

import sqlalchemy as sa

from services.wallet.store.tables import metadata


def _authority() -> sa.Column[str]:
    return sa.Column("authority_id", sa.Text, primary_key=True)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(True))


def _recorded_at() -> sa.Column[object]:
    return sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()"))


card_batches = sa.Table(
    "card_batches",
    metadata,
    _authority(),
    sa.Column("batch_id", sa.Uuid, primary_key=True),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("cards", sa.Integer, nullable=False),
    sa.Column("without_holders", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.DateTime(True), nullable=False),
    _instant("sent_at"),
    sa.CheckConstraint("cards > 0", "some_cards"),
    sa.Index("card_batches_latest", "authority_id", "made_at", "batch_id"),
    comment="Cards made together for the printer",
)

cards = sa.Table(
    "cards",
    metadata,
    _authority(),
    sa.Column("card_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid),
    sa.Column("last_step", sa.BigInteger, nullable=False),
    _instant("opposed_at"),
    sa.Column("number", sa.Text),
    sa.Column("form", sa.Text, nullable=False, server_default="app"),
    sa.Column("state", sa.Text, nullable=False, server_default="active"),
    sa.Column("scheme", sa.Text),
    sa.Column("season", sa.Text),
    _instant("made_at"),
    _instant("activated_at"),
    _instant("replaced_at"),
    sa.Column("opposed_for", sa.Text),
    _instant("ended_recorded_at"),
    sa.Column("batch_id", sa.Uuid),
    sa.Column("sealed_codes", sa.LargeBinary),
    sa.Column("left_out", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("authority_id", "number"),
    sa.ForeignKeyConstraint(["authority_id", "batch_id"], ["card_batches.authority_id", "card_batches.batch_id"]),
    sa.CheckConstraint("form IN ('app', 'paper', 'pvc')", "known_form"),
    sa.CheckConstraint("state IN ('waiting', 'active', 'opposed', 'replaced')", "known_state"),
    sa.CheckConstraint("person_id IS NOT NULL OR state <> 'active'", "used_by_its_holder"),
    sa.CheckConstraint("(form = 'app') = (scheme IS NULL) AND (scheme IS NULL) = (season IS NULL)", "season_of_form"),
    sa.CheckConstraint(
        "(state = 'opposed') = (opposed_at IS NOT NULL) AND (opposed_at IS NULL) = (opposed_for IS NULL) AND "
        "(state = 'replaced') = (replaced_at IS NOT NULL) AND "
        "(state IN ('opposed', 'replaced')) = (ended_recorded_at IS NOT NULL)",
        "over_when_and_why",
    ),
    sa.CheckConstraint("opposed_for IN ('lost', 'stolen')", "known_opposition"),
    sa.CheckConstraint("sealed_codes IS NULL OR batch_id IS NOT NULL", "codes_kept_for_a_printer"),
    sa.Index(
        "cards_one_in_use",
        "authority_id",
        "person_id",
        "form",
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    ),
    sa.Index("cards_of_person", "authority_id", "person_id"),
    sa.Index("cards_of_batch", "authority_id", "batch_id", "card_id", postgresql_where=sa.text("batch_id IS NOT NULL")),
    postgresql_with={"fillfactor": 80},
    comment="last_step: the last code step that was accepted, only a greater one passes; number: what is typed of the "
    "app's card, given when it is first shown; sealed_codes: those to "
    "print, until the batch is sent; left_out: of the printer's last file",
)

card_codes = sa.Table(
    "card_codes",
    metadata,
    _authority(),
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    sa.Column("card_id", sa.Uuid, nullable=False),
    sa.Column("typed", sa.Boolean, nullable=False),
    sa.UniqueConstraint("authority_id", "card_id", "typed"),
    sa.ForeignKeyConstraint(["authority_id", "card_id"], ["cards.authority_id", "cards.card_id"]),
    comment="Codes of cards on paper and plastic, as keyed hashes: one in the QR, one to be typed",
)

card_orders = sa.Table(
    "card_orders",
    metadata,
    _authority(),
    sa.Column("order_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ordered_at", sa.DateTime(True), nullable=False),
    sa.Column("batch_id", sa.Uuid),
    sa.Column("card_id", sa.Uuid),
    _instant("exported_at"),
    _instant("sent_at"),
    _instant("activated_at"),
    sa.UniqueConstraint("authority_id", "card_id"),
    sa.ForeignKeyConstraint(["authority_id", "batch_id"], ["card_batches.authority_id", "card_batches.batch_id"]),
    sa.ForeignKeyConstraint(["authority_id", "card_id"], ["cards.authority_id", "cards.card_id"]),
    sa.CheckConstraint("state IN ('ordered', 'exported', 'sent', 'activated', 'cancelled')", "known_state"),
    sa.CheckConstraint(
        "(state = 'ordered') = (exported_at IS NULL) AND (exported_at IS NULL) = (batch_id IS NULL) AND "
        "(exported_at IS NULL) = (card_id IS NULL) AND (state NOT IN ('sent', 'activated') OR sent_at IS NOT NULL) AND "
        "(state = 'activated') = (activated_at IS NOT NULL)",
        "each_step_after_the_one_before",
    ),
    sa.Index(
        "card_orders_one_under_way",
        "authority_id",
        "person_id",
        unique=True,
        postgresql_where=sa.text("state IN ('ordered', 'exported', 'sent')"),
    ),
    sa.Index("card_orders_by_state", "authority_id", "state", "ordered_at", "order_id"),
    comment="PVC cards that their holders ordered: exported for the printer once, in one batch",
)

presentations = sa.Table(
    "presentations",
    metadata,
    _authority(),
    sa.Column("presentation_id", sa.Uuid, primary_key=True),
    sa.Column("card_id", sa.Uuid, nullable=False),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("expires_at", sa.DateTime(True), nullable=False),
    sa.Column("channel", sa.Text, nullable=False, server_default="qr"),
    _recorded_at(),
    sa.ForeignKeyConstraint(["authority_id", "card_id"], ["cards.authority_id", "cards.card_id"]),
)

secret_codes = sa.Table(
    "secret_codes",
    metadata,
    _authority(),
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("code_hash", sa.Text, nullable=False),
    sa.Column("wrong_in_a_row", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_wrong", sa.LargeBinary),
    sa.Column("set_at", sa.DateTime(True), nullable=False),
    sa.CheckConstraint("wrong_in_a_row >= 0", "counted"),
    comment="Holders' secret codes: argon2id over an HMAC whose key is not in the database",
)

wrong_codes = sa.Table(
    "wrong_codes",
    metadata,
    _authority(),
    sa.Column("wrong_code_id", sa.Uuid, primary_key=True),
    sa.Column("partner_id", sa.Uuid),
    _recorded_at(),
    sa.Column("device", sa.Text, nullable=False, server_default=""),
    sa.Column("number", sa.Text),
    sa.Column("person_id", sa.Uuid),
    sa.CheckConstraint("(partner_id IS NULL) <> (person_id IS NULL)", "typed_by_one"),
    sa.Index("wrong_codes_of_partner", "authority_id", "partner_id", "recorded_at"),
    sa.Index(
        "wrong_codes_of_number",
        "authority_id",
        "number",
        "recorded_at",
        postgresql_where=sa.text("number IS NOT NULL"),
    ),
    sa.Index(
        "wrong_codes_of_person",
        "authority_id",
        "person_id",
        "recorded_at",
        postgresql_where=sa.text("person_id IS NOT NULL"),
    ),
    comment="Wrong codes of late, typed at a partner's till or by a person who pairs a card: too many and they wait",
)
