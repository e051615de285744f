"""`debit-hot-partner` and `debit-hot-wallet`: what everybody wants at once is no slower, and never wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg

from bench import till_runs, wallet_fixture
from bench.debit_rpc import Stand, libpq, stand
from bench.figures import Figure, median
from bench.till_client import Seen
from bench.till_runs import SIZE

PARTNER, WALLET = "debit-hot-partner", "debit-hot-wallet"
_CLIENTS = 64
_CENTS, _CENTS_LONG = 2_000, 20_000
_HOT_WALLET = 7
_WITHIN_S = 120.0


def run_partner(long: bool) -> Iterator[Figure]:
    """All debits at one partner; peer in the same run: spread over all of them."""
    seconds = 20.0 if long else 8.0
    with stand(SIZE) as at:
        wallet_fixture.present_at_one(libpq(at.postgres), at.size)
        spread = till_runs.plan(at, seconds)
        hot = replace(spread, hot_partner=True)
        till_runs.warm(spread)
        till_runs.warm(hot)
        at_one, at_all = [], []
        for _ in range(till_runs.ROUNDS):
            at_all.append(till_runs.all_accepted(till_runs.play(spread)))
            at_one.append(till_runs.all_accepted(till_runs.play(hot)))
        rate = median(seen.rate for seen in at_one)
        yield Figure(PARTNER, "debits", rate, "1/s", "spread", median(seen.rate for seen in at_all))
        yield from till_runs.latencies(PARTNER, "latency, 128 in flight,", at_one)
        yield from till_runs.memory(PARTNER, at, "wallet.rpc")


def run_wallet(long: bool) -> Iterator[Figure]:
    """64 clients spend one wallet, one cent each, to zero. Raises RuntimeError when a cent is wrong."""
    cents = _CENTS_LONG if long else _CENTS
    with stand(SIZE) as at:
        till_runs.warm(till_runs.plan(at, 1.0))
        _set_balance(at, cents)
        hot = replace(till_runs.plan(at, _WITHIN_S), wallet=_HOT_WALLET, in_flight=_CLIENTS)
        seen = till_runs.play(hot)
        left = _balance(at)
        check(seen, cents, left)
        yield Figure(WALLET, "debits", seen.rate, "1/s")
        yield Figure(WALLET, "debited before the first refusal", seen.accepted, "cents", "its balance", cents)
        yield Figure(WALLET, "left", left, "cents")
        yield from till_runs.latencies(WALLET, f"latency, {_CLIENTS} in flight,", [seen])
        yield from till_runs.memory(WALLET, at, "wallet.rpc")


def check(seen: Seen, cents: int, left: int) -> None:
    """Raises RuntimeError when a cent is wrong, or a refusal came too early."""
    if seen.accepted != cents or left != 0:
        raise RuntimeError(f"{seen.accepted} cents of {cents} were debited and {left} are left")
    if seen.last_accepted_at > seen.first_refused_at:
        raise RuntimeError("a debit was refused while the wallet still held something")
    if set(seen.refusals) != {"insufficient_balance"}:
        raise RuntimeError(f"refused otherwise than for want of money: {seen.refusals}")


def _set_balance(at: Stand, cents: int) -> None:
    with psycopg.connect(libpq(at.postgres)) as connection:
        connection.execute("UPDATE wallets SET balance_cents = %s WHERE wallet_id = %s", (cents, _wallet_id()))


def _balance(at: Stand) -> int:
    with psycopg.connect(libpq(at.postgres)) as connection:
        row = connection.execute("SELECT balance_cents FROM wallets WHERE wallet_id = %s", (_wallet_id(),)).fetchone()
    return int(row[0]) if row else -1


def _wallet_id() -> str:
    return wallet_fixture.wallet_id(_HOT_WALLET)
