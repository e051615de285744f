"""The tables of the key database, apart from those that its keys open."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

metadata = sa.MetaData()

subject_keys = sa.Table(
    "subject_keys",
    metadata,
    sa.Column("authority_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Uuid, primary_key=True),
    # 32 random bytes under the service's data key: neither database opens anything alone.
    sa.Column("key_sealed", sa.LargeBinary, nullable=False),
)

# Append-only (trigger). Who was erased is found by keyed hash; instants are platform time.
erasure_journal = sa.Table(
    "erasure_journal",
    metadata,
    sa.Column("authority_id", sa.Text, primary_key=True),
    sa.Column("account_hash", sa.LargeBinary, primary_key=True),
    sa.Column("erased_at", sa.DateTime(True), nullable=False),
    sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
)

# Beside the journal and not joined to it: that this card was held by somebody who was erased, and what they had once.
kept_marks = sa.Table(
    "kept_marks",
    metadata,
    sa.Column("authority_id", sa.Text, primary_key=True),
    sa.Column("mark", sa.LargeBinary, primary_key=True),
    sa.Column("once_keys", ARRAY(sa.Text), nullable=False),
    sa.Column("until", sa.Date, nullable=False),
)
