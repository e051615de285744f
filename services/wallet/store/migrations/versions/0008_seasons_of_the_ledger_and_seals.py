"""The ledger in partitions by season, days that are sealed, seasons that are detached.

The ledger is copied once, under a lock: as long as the copy lasts, debits wait. Yesterday's code goes on beside it:
what it writes bears no season's number and lies in the default partition, until `ctl seasons settle` gives it its
place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

_LEDGER = ("transfers", "entries")
_KEYS = {"transfers": "authority_id, transfer_id", "entries": "authority_id, transfer_id, account_kind"}
_SEALS = ("day_seals", "seal_seasons", "seal_branches", "seal_totals")
_OF_PARTNERS = "partner_id IS NOT NULL"


def upgrade() -> None:
    op.execute("CREATE SCHEMA ledger")
    op.execute("COMMENT ON SCHEMA ledger IS 'The partitions of transfers and entries, by the number of their season'")
    op.add_column("seasons", sa.Column("season_no", sa.Integer(), sa.Identity(always=True), nullable=False))
    op.create_unique_constraint(op.f("seasons_season_no_key"), "seasons", ["season_no"])
    for table in _LEDGER:
        _make_partitioned(table)
    _partitions_of_a_season()
    op.execute("SELECT add_ledger_season(season_no) FROM seasons ORDER BY season_no")
    _copy()
    for table in _LEDGER:
        op.execute(f"DROP TABLE {table}_of_0007")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({_KEYS[table]}, season_no)")
        _append_only(table)
    _indexes()
    _counted_days()
    _seals()
    _detached_seasons()
    for table in _SEALS:
        _append_only(table)
    _first_job()


def downgrade() -> None:
    """Only where no season was detached: a schema that still holds one is not dropped."""
    op.execute("DELETE FROM jobs WHERE kind = 'seal_days'")
    for table in ("detached_seasons", *reversed(_SEALS)):
        op.drop_table(table)
    op.execute("DROP FUNCTION add_ledger_season(integer)")
    for table in _LEDGER:
        op.execute(f"ALTER TABLE {table} RENAME TO {table}_of_0008")
        op.execute(f"CREATE TABLE {table} (LIKE {table}_of_0008 INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        op.execute(f"INSERT INTO {table} TABLE {table}_of_0008")
        op.execute(f"DROP TABLE {table}_of_0008")
        op.drop_column(table, "season_no")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({_KEYS[table]})")
        _append_only(table)
    _comment_on_ledger()
    _indexes_of_0007()
    op.drop_column("sealed_days", "counted_at")
    _comment_on_days("Days that payout counted: no partner''s movement is added to them")
    op.drop_column("seasons", "season_no")
    op.execute("DROP SCHEMA ledger")


def _make_partitioned(table: str) -> None:
    """The same table, empty and by season, under its own name; the old one stands beside it until it is copied."""
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_of_0007")
    op.execute(
        f"CREATE TABLE {table} (LIKE {table}_of_0007 INCLUDING DEFAULTS INCLUDING CONSTRAINTS, "
        "season_no integer NOT NULL DEFAULT 0) PARTITION BY LIST (season_no)"
    )
    op.execute(f"CREATE TABLE ledger.{table}_unplaced PARTITION OF {table} DEFAULT")


def _partitions_of_a_season() -> None:
    """A partition is made aside, checked, and attached: debits of other seasons go on meanwhile. What the default
    partition caught of the season is put into it."""
    op.execute(
        """
        CREATE FUNCTION add_ledger_season(no integer) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            parent text;
            part text;
            caught boolean;
        BEGIN
            FOREACH parent IN ARRAY ARRAY['transfers', 'entries'] LOOP
                part := parent || '_' || no;
                EXECUTE format('SELECT EXISTS (SELECT FROM ledger.%I)', parent || '_unplaced') INTO caught;
                IF caught THEN
                    EXECUTE format('ALTER TABLE %I DISABLE TRIGGER append_only', parent);
                    EXECUTE format('ALTER TABLE ledger.%I DISABLE TRIGGER append_only', parent || '_unplaced');
                    EXECUTE format('UPDATE ledger.%I SET season_no = 0 WHERE season_no = %s',
                                   parent || '_unplaced', no);
                END IF;
                IF to_regclass('ledger.' || part) IS NULL THEN
                    EXECUTE format('CREATE TABLE ledger.%I (LIKE %I INCLUDING ALL)', part, parent);
                    EXECUTE format('ALTER TABLE ledger.%I ADD CONSTRAINT season CHECK (season_no = %s)', part, no);
                    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.%I '
                                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
                    EXECUTE format('ALTER TABLE %I ATTACH PARTITION ledger.%I FOR VALUES IN (%s)', parent, part, no);
                    EXECUTE format('ALTER TABLE ledger.%I DROP CONSTRAINT season', part);
                END IF;
                IF caught AND parent = 'transfers' THEN
                    UPDATE transfers t SET season_no = no
                    FROM envelopes v JOIN seasons s USING (authority_id, scheme, season)
                    WHERE s.season_no = no AND v.authority_id = t.authority_id AND v.envelope_id = t.envelope_id
                      AND t.season_no = 0;
                ELSIF caught THEN
                    UPDATE entries e SET season_no = no FROM transfers t
                    WHERE t.season_no = no AND t.authority_id = e.authority_id AND t.transfer_id = e.transfer_id
                      AND e.season_no = 0;
                END IF;
                IF caught THEN
                    EXECUTE format('ALTER TABLE %I ENABLE TRIGGER append_only', parent);
                    EXECUTE format('ALTER TABLE ledger.%I ENABLE TRIGGER append_only', parent || '_unplaced');
                END IF;
            END LOOP;
        END $$
        """
    )


def _copy() -> None:
    op.execute(
        """
        INSERT INTO transfers SELECT t.*, coalesce(s.season_no, 0)
        FROM transfers_of_0007 t LEFT JOIN envelopes v USING (authority_id, envelope_id)
        LEFT JOIN seasons s ON s.authority_id = v.authority_id AND s.scheme = v.scheme AND s.season = v.season
        """
    )
    op.execute(
        """
        INSERT INTO entries SELECT e.*, coalesce(t.season_no, 0)
        FROM entries_of_0007 e LEFT JOIN transfers t USING (authority_id, transfer_id)
        """
    )


def _append_only(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _indexes() -> None:
    _comment_on_ledger()
    op.create_index("transfers_of_day", "transfers", ["authority_id", "business_day", "transfer_id"])
    of_partners, cancels = sa.text(_OF_PARTNERS), sa.text("cancels IS NOT NULL")
    of_partner = ["authority_id", "partner_id", "occurred_at", "transfer_id"]
    op.create_index("transfers_of_partner", "transfers", of_partner, postgresql_where=of_partners)
    one = ["authority_id", "cancels", "season_no"]
    op.create_index("transfers_one_cancellation", "transfers", one, unique=True, postgresql_where=cancels)
    _chain(["authority_id", "account_id", "account_version", "season_no"])
    for table in _LEDGER:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.{table}_unplaced "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _indexes_of_0007() -> None:
    of_partners, cancels = sa.text(_OF_PARTNERS), sa.text("cancels IS NOT NULL")
    of_day = ["authority_id", "business_day", "transfer_id"]
    op.create_index("transfers_of_day", "transfers", of_day, postgresql_where=of_partners)
    of_partner = ["authority_id", "partner_id", "occurred_at", "transfer_id"]
    op.create_index("transfers_of_partner", "transfers", of_partner, postgresql_where=of_partners)
    one = ["authority_id", "cancels"]
    op.create_index("transfers_one_cancellation", "transfers", one, unique=True, postgresql_where=cancels)
    _chain(["authority_id", "account_id", "account_version"])


def _chain(columns: list[str]) -> None:
    versioned = sa.text("account_version IS NOT NULL")
    op.create_index("entries_chain", "entries", columns, unique=True, postgresql_where=versioned)


def _comment_on_ledger() -> None:
    op.execute("COMMENT ON TABLE transfers IS 'Movements of money, append-only (trigger)'")
    op.execute("COMMENT ON TABLE entries IS 'Two signed sides a transfer, append-only (trigger)'")


def _counted_days() -> None:
    """Payout has counted every day that was closed so far; from now on sealing a day closes it as well."""
    op.add_column("sealed_days", sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sealed_days SET counted_at = recorded_at")
    _comment_on_days("Days that are closed to partners'' movements; counted_at: payout counted it")


def _comment_on_days(text: str) -> None:
    op.execute(f"COMMENT ON TABLE sealed_days IS '{text}'")


def _seals() -> None:
    op.create_table(
        "day_seals",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("sums", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _recorded_at(),
        sa.PrimaryKeyConstraint("authority_id", "day", name=op.f("day_seals_pkey")),
        sa.UniqueConstraint("authority_id", "previous_hash", name=op.f("day_seals_authority_id_previous_hash_key")),
        comment="A day's entries under one hash, chained to the day before, append-only (trigger)",
    )
    of_day = sa.ForeignKeyConstraint(
        ["authority_id", "day"],
        ["day_seals.authority_id", "day_seals.day"],
        name=op.f("seal_seasons_authority_id_day_fkey"),
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_table(
        "seal_seasons",
        *_of_day_and_season(),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("entries_digest", sa.LargeBinary(), nullable=False),
        sa.Column("totals_digest", sa.LargeBinary(), nullable=False),
        of_day,
        sa.PrimaryKeyConstraint("authority_id", "day", "season_no", name=op.f("seal_seasons_pkey")),
        comment="What a season has in a day's seal: it can be checked when another season is detached",
    )
    op.create_table(
        "seal_branches",
        *_of_day_and_season(),
        sa.Column("branch", sa.SmallInteger(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        _part_of_season("seal_branches"),
        sa.CheckConstraint("branch BETWEEN 0 AND 255", name=op.f("seal_branches_last_byte_of_ids")),
        sa.PrimaryKeyConstraint("authority_id", "day", "season_no", "branch", name=op.f("seal_branches_pkey")),
        comment="id and hash of each transfer, 48 bytes each, by id: they name what does not fit the day's hash",
    )
    op.create_table(
        "seal_totals",
        *_of_day_and_season(),
        sa.Column("account_kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        _part_of_season("seal_totals"),
        sa.PrimaryKeyConstraint(
            "authority_id", "day", "season_no", "account_kind", "account_id", name=op.f("seal_totals_pkey")
        ),
        comment="A day's sum of each partner and envelope; wallets and holds are summed by their envelope",
    )


def _of_day_and_season() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("season_no", sa.Integer(), nullable=False),
    )


def _part_of_season(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["authority_id", "day", "season_no"],
        ["seal_seasons.authority_id", "seal_seasons.day", "seal_seasons.season_no"],
        name=op.f(f"{table}_authority_id_day_season_no_fkey"),
        deferrable=True,
        initially="DEFERRED",
    )


def _detached_seasons() -> None:
    op.create_table(
        "detached_seasons",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("season_no", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("sums", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("envelopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "scheme", "season"],
            ["seasons.authority_id", "seasons.scheme", "seasons.season"],
            name=op.f("detached_seasons_authority_id_scheme_season_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "season_no", name=op.f("detached_seasons_pkey")),
        comment="Closing balances of finished seasons; detached_at: its partitions stand apart since then",
    )


def _first_job() -> None:
    """Seasons that are open have their days sealed from the first one on."""
    op.execute(
        """
        INSERT INTO jobs (authority_id, kind, key, due_at, payload)
        SELECT authority_id, 'seal_days', day::text,
               (day + 1)::timestamp AT TIME ZONE 'Europe/Paris' + interval '10 minutes', '{}'
        FROM (SELECT authority_id, min((opened_at AT TIME ZONE 'Europe/Paris')::date) AS day
              FROM seasons GROUP BY authority_id) AS first
        """
    )


def _recorded_at() -> sa.Column[object]:
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )
