"""The tables of erasures (ids, codes and numbers alone) and of persons' former versions, beside those of `tables`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.identity.store.tables import metadata

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("authority_id", sa.Text, primary_key=True),
    sa.Column("erasure_id", sa.Uuid, primary_key=True),
    # Null where a restored database never knew whom the journal means.
    sa.Column("person_id", sa.Uuid),
    sa.Column("account_hash", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("confirmed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("requested_at", sa.DateTime(True), nullable=False),
    sa.Column("holds", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    # Rows that each service cleared, identity among them.
    sa.Column("answers", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("done_at", sa.DateTime(True)),
    sa.Column("ordinal", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("state IN ('requested', 'waiting', 'erasing', 'done', 'dropped')", name="state_known"),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_when"),
    sa.CheckConstraint(
        "state IN ('requested', 'dropped') OR asked_by = person_id::text OR asked_by <> confirmed_by",
        name="second_person",
    ),
    sa.Index(
        "erasures_one_open",
        "authority_id",
        "person_id",
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'waiting', 'erasing')"),
    ),
    sa.Index("erasures_latest", "authority_id", "ordinal"),
    sa.Index("erasures_of_hash", "authority_id", "account_hash"),
)

# A row a change of `persons`: what it said until then, sealed as it was. It goes with the person.
person_versions = sa.Table(
    "person_versions",
    metadata,
    sa.Column("authority_id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("identity_checked", sa.Boolean, nullable=False),
    sa.Column("profile_sealed", sa.LargeBinary, nullable=False),
    sa.Column("recorded_sealed", sa.LargeBinary),
    # An account, or a service's name.
    sa.Column("replaced_by", sa.Text, nullable=False),
    sa.Column("replaced_at", sa.DateTime(True), nullable=False),
    sa.Column("reason_sealed", sa.LargeBinary),
)
