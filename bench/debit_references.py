"""`debit-references`: what a debit costs without a door, beside `pgbench -N`, on the same PostgreSQL and durability.

*rows*: the very rows of a debit (answer to the key, transfer, two entries, balance, event) in the service's own tables
with all their indexes and constraints, one statement and one transaction each, nothing asked before and nothing
decided. *transfer function*: a plpgsql function of our own that does what public PostgreSQL ledgers do in theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench import pgbench
from bench.debit_rpc import ROUNDS, Stand, libpq, pgbench_place, prepare_pgbench, stand
from bench.figures import Figure, median
from bench.till_runs import SIZE
from bench.wallet_fixture import purse
from rulebooks import Catalogue

NAME = "debit-references"
_TRANSFERS = Path(__file__).with_name("transfers.sql")
_CENTS = 1_000_000

_ROWS = r"""
\set w random(0, {wallets} - 1)
\set p :w % {partners}
\set nonce random(1, 9000000000000000000)
WITH moved AS (
  UPDATE wallets SET balance_cents = balance_cents - 1, version = version + 1
  WHERE authority_id = '{authority}'
    AND wallet_id = ('00000001-0000-4000-8000-' || lpad(to_hex(:w::bigint), 12, '0'))::uuid AND balance_cents >= 1
  RETURNING wallet_id, envelope_id, person_id, category, balance_cents, version
), debit AS (
  INSERT INTO transfers (authority_id, transfer_id, kind, envelope_id, wallet_id, partner_id, category, amount_cents,
                         occurred_at, business_day, rulebook_hash, account_id, device, season_no, channel)
  SELECT '{authority}', gen_random_uuid(), 'debit', envelope_id, wallet_id,
         ('00000006-0000-4000-8000-' || lpad(to_hex(:p::bigint), 12, '0'))::uuid, category, 1, '{at}', '{day}',
         '{hash}', '00000007-0000-4000-8000-' || lpad(to_hex(:p::bigint), 12, '0'), 'till', {season_no},
         'qr'
  FROM moved RETURNING transfer_id, partner_id, wallet_id
), sides AS (
  INSERT INTO entries (authority_id, transfer_id, account_kind, account_id, amount_cents, balance_before_cents,
                       balance_after_cents, account_version, season_no)
  SELECT '{authority}', transfer_id, 'wallet', wallet_id, -1, balance_cents + 1, balance_cents, version, {season_no}
  FROM debit JOIN moved USING (wallet_id)
  UNION ALL
  SELECT '{authority}', transfer_id, 'partner', partner_id, 1, NULL, NULL, NULL, {season_no} FROM debit
), kept AS (
  INSERT INTO idempotency (authority_id, caller, operation, key, request_hash, outcome, transfer_id)
  SELECT '{authority}', 'partner:' || partner_id, 'debit', 'key-' || :nonce::text, sha256(transfer_id::text::bytea),
         jsonb_build_object('receipt', jsonb_build_object(
           'debit_id', transfer_id, 'amount_cents', 1, 'balance_cents', balance_cents, 'occurred_at', '{at}',
           'scheme', '{scheme}', 'season', '{season}', 'benefit', '{benefit}')), transfer_id
  FROM debit JOIN moved USING (wallet_id)
)
INSERT INTO outbox (event_id, authority_id, type, subject, version, data, traceparent)
SELECT gen_random_uuid(), '{authority}', 'fr.atouts.wallet.debit_recorded.v1', transfer_id::text, 1,
       jsonb_build_object('debit_id', transfer_id, 'partner_id', partner_id, 'person_id', person_id,
         'scheme', '{scheme}', 'season', '{season}', 'benefit', '{benefit}', 'category', category, 'amount_cents', 1,
         'occurred_at', '{at}', 'business_day', '{day}', 'rulebook_hash', '{hash}'),
       '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01'
FROM debit JOIN moved USING (wallet_id);
"""
_MOVE = r"""
\set payer random(1, {wallets})
\set payee {wallets} + random(1, {partners})
SELECT move_cents(:payer, :payee, 1);
"""
_ACCOUNTS = """
INSERT INTO ledger_accounts (account_id, balance_cents, may_be_negative)
SELECT n, %s, false FROM generate_series(1, %s) n UNION ALL SELECT %s + n, 0, true FROM generate_series(1, %s) n
"""


def run(long: bool) -> Iterator[Figure]:
    """Three rounds of the three, in turn; medians."""
    seconds = 20 if long else 8
    with stand(SIZE) as at:
        prepare_pgbench(at)
        _make_accounts(at)
        scripts = {"rows": _script(at, "rows.sql", _ROWS), "transfer function": _script(at, "move.sql", _MOVE)}
        places = {"rows": _service_place(at), "transfer function": pgbench_place(at)}
        rates: dict[str, list[float]] = {name: [] for name in ("pgbench -N", *scripts)}
        for _ in range(ROUNDS):
            rates["pgbench -N"].append(pgbench.transactions_a_second(**pgbench_place(at), seconds=seconds))
            for name, script in scripts.items():
                rates[name].append(pgbench.transactions_a_second(**places[name], seconds=seconds, script=script))
        peer = median(rates["pgbench -N"])
        for name in scripts:
            yield Figure(NAME, name, median(rates[name]), "1/s", "pgbench -N", peer)


def _script(at: Stand, name: str, text: str) -> Path:
    spent = purse()
    rulebook = Catalogue.load().get(spent.authority, spent.scheme, spent.season)
    path = at.run.logs / name
    path.write_text(
        text.format(
            wallets=at.size.wallets,
            partners=at.size.partners,
            authority=spent.authority,
            scheme=spent.scheme,
            season=spent.season,
            benefit=spent.benefit,
            at=spent.at.isoformat(),
            day=spent.at.date().isoformat(),
            hash=rulebook.hash,
            season_no=_season_no(at),
        )
    )
    return path


def _season_no(at: Stand) -> int:
    """Of the only season: its partitions are where a debit's rows lie."""
    with psycopg.connect(libpq(at.postgres)) as connection:
        row = connection.execute("SELECT season_no FROM seasons").fetchone()
    if row is None:
        raise RuntimeError("no season is open")
    return int(row[0])


def _make_accounts(at: Stand) -> None:
    place = pgbench_place(at)
    with psycopg.connect(
        host=place["host"], port=place["port"], user=place["user"], password=place["password"],
        dbname=place["database"], autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute(_TRANSFERS.read_text())
        connection.execute(_ACCOUNTS, (_CENTS, at.size.wallets, at.size.wallets, at.size.partners))
        connection.execute("VACUUM ANALYZE ledger_accounts")


def _service_place(at: Stand) -> dict[str, object]:
    return {
        **pgbench_place(at),
        "user": at.postgres.username,
        "password": at.postgres.password,
        "database": at.postgres.database,
    }
