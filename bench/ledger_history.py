"""A season's ledger as it would be after months: a vote, a credit a wallet, and so many debits of each.

Filled beside the ledger and attached to it, as a season's partition is, so that each index is built once over all
rows instead of row by row: nothing of the ledger's rules is switched off. `verify` holds on it.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

DEBIT_CENTS = 100
# Debits lie on so many days before the purse's own.
_DAYS = 40

# Ids look drawn and can be made again: those of a wallet's n-th movement, 0 its credit.
_ID = "md5('movement/' || n || '/' || j)::uuid"
_FROM = "FROM generate_series({first}, %(debits_each)s) j, generate_series(0, %(wallets)s - 1) n"
_DAY = f"(%(now)s::date - 1 - (j * 7 + n %% 7)::int %% {_DAYS})"


def _transfers(select: str) -> str:
    return (
        "INSERT INTO ledger.transfers_1 (authority_id, transfer_id, kind, envelope_id, wallet_id, partner_id, "
        f"category, amount_cents, occurred_at, business_day, rulebook_hash, account_id, device, season_no, "
        f"channel) {select}"
    )


def _entries(select: str) -> str:
    return (
        "INSERT INTO ledger.entries_1 (authority_id, transfer_id, account_kind, account_id, amount_cents, "
        f"balance_before_cents, balance_after_cents, account_version, season_no) {select}"
    )


_FILL = (
    # The vote, then credits: the envelope's chain goes from all to nothing, one version a credit.
    _transfers("""SELECT %(authority)s, md5('vote')::uuid, 'vote', pg_temp.numbered(8, 0), NULL, NULL, NULL,
                %(balance)s::bigint * %(wallets)s, %(now)s, %(now)s::date - 60, %(hash)s, '', '', 1, NULL"""),
    _transfers(f"""SELECT %(authority)s, {_ID}, CASE j WHEN 0 THEN 'credit' ELSE 'debit' END,
                 pg_temp.numbered(8, 0), pg_temp.numbered(1, n),
                 CASE WHEN j > 0 THEN pg_temp.numbered(6, n %% %(partners)s) END,
                 CASE WHEN j > 0 THEN %(category)s END,
                 CASE j WHEN 0 THEN %(balance)s ELSE {DEBIT_CENTS} END, {_DAY} + interval '10 hours', {_DAY}, %(hash)s,
                 '', 'till', 1, CASE WHEN j > 0 THEN 'qr' END {_FROM.format(first=0)}"""),
    _entries("""VALUES (%(authority)s, md5('vote')::uuid, 'authority', pg_temp.numbered(8, 0),
                 -%(balance)s::bigint * %(wallets)s, NULL, NULL, NULL, 1),
                (%(authority)s, md5('vote')::uuid, 'envelope', pg_temp.numbered(8, 0),
                 %(balance)s::bigint * %(wallets)s, 0, %(balance)s::bigint * %(wallets)s, 1, 1)"""),
    _entries(f"""SELECT %(authority)s, {_ID}, 'wallet', pg_temp.numbered(1, n),
                 CASE j WHEN 0 THEN %(balance)s ELSE -{DEBIT_CENTS} END,
                 CASE j WHEN 0 THEN 0 ELSE %(balance)s - (j - 1) * {DEBIT_CENTS} END,
                 %(balance)s - j * {DEBIT_CENTS}, j + 1, 1 {_FROM.format(first=0)}"""),
    _entries(f"""SELECT %(authority)s, {_ID}, 'partner', pg_temp.numbered(6, n %% %(partners)s),
                 {DEBIT_CENTS}, NULL, NULL, NULL, 1 {_FROM.format(first=1)}"""),
    _entries("""SELECT %(authority)s, md5('movement/' || n || '/0')::uuid, 'envelope', pg_temp.numbered(8, 0),
                -%(balance)s, %(balance)s::bigint * (%(wallets)s - n),
                %(balance)s::bigint * (%(wallets)s - n - 1), n + 2, 1
         FROM generate_series(0, %(wallets)s - 1) n"""),
    "UPDATE envelopes SET version = %(wallets)s + 1",
    f"""INSERT INTO idempotency (authority_id, caller, operation, key, request_hash, outcome, transfer_id)
        SELECT %(authority)s, 'partner:' || pg_temp.numbered(6, n %% %(partners)s), 'debit',
               md5('key/' || n || '/' || j), '\\x00', jsonb_build_object('debit_id', {_ID},
                   'amount_cents', {DEBIT_CENTS}, 'balance_cents', %(balance)s - j * {DEBIT_CENTS},
                   'occurred_at', {_DAY}, 'scheme', %(scheme)s::text, 'season', %(season)s::text,
                   'benefit', %(benefit)s::text), {_ID} {_FROM.format(first=1)}""",
)
FILLED = ("transfers", "entries", "idempotency")


def fill(connection: psycopg.Connection, values: Mapping[str, object]) -> None:
    """Fill the only season's partitions, which are empty; `values` as of the wallets' fixture."""
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for table in ("transfers", "entries"):
        connection.execute(f"ALTER TABLE {table} DETACH PARTITION ledger.{table}_1")
        connection.execute(f"DROP TABLE ledger.{table}_1")
        connection.execute(
            f"CREATE TABLE ledger.{table}_1 (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS, "
            "CONSTRAINT season CHECK (season_no = 1))"
        )
    for statement in _FILL:
        connection.execute(statement, values)
    for table in ("transfers", "entries"):
        connection.execute(f"ALTER TABLE {table} ATTACH PARTITION ledger.{table}_1 FOR VALUES IN (1)")
        connection.execute(f"ALTER TABLE ledger.{table}_1 DROP CONSTRAINT season")
        connection.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.{table}_1 "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
