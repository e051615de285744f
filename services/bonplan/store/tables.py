"""The tables of the bonplan service. `authority_id` leads every key: the authority is the tenant."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from chassis import tables as chassis_tables

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
_Id = sa.Uuid(as_uuid=False)


def _authority() -> sa.Column[str]:
    return sa.Column("authority_id", sa.Text, primary_key=True)


offers = sa.Table(
    "offers",
    metadata,
    _authority(),
    sa.Column("offer_id", _Id, primary_key=True),
    sa.Column("partner_id", _Id),
    sa.Column("author_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("prize", sa.Text, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("places_left", sa.Integer, nullable=False),
    sa.Column("value_cents", sa.BigInteger, nullable=False),
    sa.Column("opens_at", sa.DateTime(True), nullable=False),
    sa.Column("closes_at", sa.DateTime(True), nullable=False),
    sa.Column("submitted_at", sa.DateTime(True), nullable=False),
    sa.Column("moderated_by", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("seed_commitment", sa.Text, nullable=False, server_default=""),
    sa.Column("sealed_seed", sa.LargeBinary),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False, server_default=""),
    sa.Column("theme", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("kind IN ('registration', 'draw')", name="kind"),
    sa.CheckConstraint("state IN ('submitted', 'rejected', 'published', 'closed', 'drawn')", name="state"),
    sa.CheckConstraint("places BETWEEN 1 AND 10000", name="places"),
    # No seat is given twice: whoever would take the last one again fails here.
    sa.CheckConstraint("places_left BETWEEN 0 AND places", name="places_left"),
    sa.CheckConstraint("value_cents >= 0", name="value"),
    sa.CheckConstraint("opens_at < closes_at", name="dates"),
    sa.CheckConstraint("state <> 'drawn' OR kind = 'draw'", name="drawn"),
    sa.CheckConstraint("(state = 'submitted') = (moderated_by = '')", name="moderated"),
    sa.CheckConstraint("moderated_by <> author_id", name="second_person"),
    sa.CheckConstraint("(state = 'rejected') = (reason <> '')", name="reason"),
    sa.CheckConstraint(
        "(kind = 'draw' AND state IN ('published', 'closed', 'drawn'))"
        " = (seed_commitment <> '' AND sealed_seed IS NOT NULL)",
        name="seed",
    ),
    sa.Index(
        "offers_public", "authority_id", "closes_at", "offer_id",
        postgresql_where=sa.text("state IN ('published', 'closed', 'drawn')"),
    ),
    sa.Index("offers_of_partner", "authority_id", "partner_id", "submitted_at", "offer_id"),
    sa.Index(
        "offers_to_moderate", "authority_id", "submitted_at", "offer_id",
        postgresql_where=sa.text("state = 'submitted'"),
    ),
    comment="Bons plans. A draw's seed lies sealed from publication on; its commitment shows.",
)  # fmt: skip

registrations = sa.Table(
    "registrations",
    metadata,
    _authority(),
    sa.Column("registration_id", _Id, primary_key=True),
    sa.Column("offer_id", _Id, nullable=False),
    sa.Column("person_id", _Id, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("registered_at", sa.DateTime(True), nullable=False),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.Column("attendance_code", sa.Text),
    sa.Column("attendance", sa.Text, nullable=False, server_default=""),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("authority_id", "offer_id", "person_id"),
    sa.ForeignKeyConstraint(["authority_id", "offer_id"], ["offers.authority_id", "offers.offer_id"]),
    sa.CheckConstraint("state IN ('waiting', 'won', 'lost', 'withdrawn')", name="state"),
    sa.CheckConstraint("(state = 'won') = (attendance_code IS NOT NULL)", name="attendance_code"),
    sa.CheckConstraint("attendance = '' OR (state = 'won' AND attendance IN ('came', 'absent'))", name="attendance"),
    sa.Index(
        "registrations_attendance_code", "authority_id", "offer_id", "attendance_code", unique=True,
        postgresql_where=sa.text("attendance_code IS NOT NULL"),
    ),
    sa.Index(
        "registrations_absent", "authority_id", "person_id", postgresql_where=sa.text("attendance = 'absent'")
    ),
    sa.Index("registrations_in_order", "authority_id", "offer_id", "registered_at", "registration_id"),
    sa.Index("registrations_of_person", "authority_id", "person_id", "registered_at", "registration_id"),
    comment="One a person and offer, whatever they do meanwhile.",
)  # fmt: skip

draws = sa.Table(
    "draws",
    metadata,
    _authority(),
    sa.Column("offer_id", _Id, primary_key=True),
    sa.Column("seed", sa.LargeBinary, nullable=False),
    sa.Column("registrations_hash", sa.Text, nullable=False),
    sa.Column("took_part", ARRAY(_Id), nullable=False),
    sa.Column("winners", ARRAY(_Id), nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("drawn_at", sa.DateTime(True), nullable=False),
    sa.Column("drawn_by", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["authority_id", "offer_id"], ["offers.authority_id", "offers.offer_id"]),
    sa.CheckConstraint("octet_length(seed) = 32", name="seed"),
    sa.CheckConstraint("cardinality(winners) <= cardinality(took_part)", name="winners"),
    comment="Draws as they were published; never changed.",
)

memberships = sa.Table(
    "memberships",
    metadata,
    _authority(),
    sa.Column("membership_id", _Id, primary_key=True),
    sa.Column("person_id", _Id, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.CheckConstraint("state IN ('active', 'ended')", name="state"),
    sa.Index("memberships_of_person", "authority_id", "person_id", "scheme", "season"),
    comment="Read model of the wallet's memberships; the highest version is kept.",
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    _authority(),
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary),
    sa.Column("answered_at", sa.DateTime(True), nullable=False),
    comment="Answers given under a key: the same key gets the same answer.",
)
