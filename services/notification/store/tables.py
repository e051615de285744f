"""The tables of the notification service. `authority_id` leads every key: the authority is the tenant.

No address and no text for people is kept: a delivery says whom and what by ids.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

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


deliveries = sa.Table(
    "deliveries",
    metadata,
    _authority(),
    sa.Column("delivery_id", _Id, primary_key=True),
    sa.Column("account_id", _Id, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", sa.DateTime(True), nullable=False),
    sa.Column("lease_id", _Id),
    sa.Column("lease_until", sa.DateTime(True)),
    sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
    sa.Column("settled_at", sa.DateTime(True)),
    # A fact is told once to an account, however often its event comes.
    sa.UniqueConstraint("authority_id", "event_id", "template", "account_id"),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'abandoned', 'failed')", name="state"),
    sa.CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled"),
    sa.CheckConstraint("state IN ('waiting', 'sent') OR reason <> ''", name="reason"),
    sa.Index("deliveries_waiting", "next_attempt_at", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("deliveries_of_subject", "authority_id", "subject", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("deliveries_settled", "authority_id", "settled_at", postgresql_where=sa.text("settled_at IS NOT NULL")),
    comment="Mails to send and sent; next_attempt_at and leases are machine time, settled_at platform time.",
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
    sa.Index("memberships_of_person", "authority_id", "person_id"),
    comment="Read model of the wallet's memberships; the highest version is kept.",
)

membership_codes = sa.Table(
    "membership_codes",
    metadata,
    _authority(),
    # One open code a person: a new one takes the place of the old.
    sa.Column("person_id", _Id, primary_key=True),
    sa.Column("code_hash", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", sa.DateTime(True), nullable=False),
    sa.UniqueConstraint("authority_id", "code_hash"),
    comment="Codes of single use, as keyed hashes; a used one is gone.",
)

wrong_codes = sa.Table(
    "wrong_codes",
    metadata,
    _authority(),
    sa.Column("subscriber_id", sa.Text, primary_key=True),
    sa.Column("tried_at", sa.DateTime(True), primary_key=True),
    comment="Codes that a subscriber tried in vain, by machine time.",
)

links = sa.Table(
    "links",
    metadata,
    _authority(),
    sa.Column("pairwise_id", _Id, primary_key=True),
    sa.Column("subscriber_id", sa.Text, nullable=False),
    sa.Column("person_id", _Id, nullable=False),
    sa.Column("linked_at", sa.DateTime(True), nullable=False),
    sa.UniqueConstraint("authority_id", "subscriber_id", "person_id"),
    sa.Index("links_of_person", "authority_id", "person_id"),
    comment="Who is known to which subscriber, under which id. A link that ended is gone, with its events.",
)

outward = sa.Table(
    "outward",
    metadata,
    sa.Column("outward_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("authority_id", sa.Text, nullable=False),
    sa.Column("subscriber_id", sa.Text, nullable=False),
    sa.Column("pairwise_id", _Id, nullable=False),
    sa.Column("membership_id", _Id, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("occurred_at", sa.DateTime(True), nullable=False),
    sa.Column("published_at", sa.DateTime(True)),
    sa.UniqueConstraint("authority_id", "pairwise_id", "membership_id", "state"),
    sa.ForeignKeyConstraint(
        ["authority_id", "pairwise_id"], ["links.authority_id", "links.pairwise_id"], ondelete="CASCADE"
    ),
    sa.CheckConstraint("state IN ('active', 'ended')", name="state"),
    sa.Index(
        "outward_unpublished", "authority_id", "subscriber_id", "outward_id",
        postgresql_where=sa.text("published_at IS NULL"),
    ),
    comment="Membership events for other authorities: each once a link, membership and state.",
)  # fmt: skip
