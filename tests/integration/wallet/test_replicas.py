"""Several replicas on one database are one wallet service: which of them answers makes no difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent import futures

import grpc
import pytest

from chassis.database import Database
from services.wallet.entrypoints.rpc import doors
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import Stage, parts_on


@pytest.fixture(scope="module")
def second(served: Stage, wallet_database: Database) -> Iterator[Stage]:
    """Another replica, with a queue and writers of its own; it sees the same clock and neighbours."""
    parts = parts_on(wallet_database, served.clock, served.identity)
    server = grpc.server(futures.ThreadPoolExecutor(16))
    for door in doors(parts):
        door.add_to(server)
    port = server.add_insecure_port("127.0.0.1:0")
    parts.debits.start()
    server.start()
    replica = Stage(parts, served.clock, served.identity, f"127.0.0.1:{port}")
    yield replica
    replica.close()
    server.stop(5).wait()
    parts.debits.stop()


def test_rivals_at_two_replicas_spend_a_wallet_to_zero_and_not_below(stage: Stage, second: Stage) -> None:
    """32 tills want 1 € each of 20 €, 16 at each replica: 20 are paid, 12 are refused, nothing is left."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    requests = [stage.debit_request(cinema, 100, presentation_id=shown) for _ in range(32)]

    answers = at_once(32, lambda n: (stage, second)[n % 2].call("Debit", requests[n], cashier))

    refused = Counter(answer for answer in answers if isinstance(answer, str))
    paid = sorted(answer.receipt.balance_cents for answer in answers if not isinstance(answer, str))
    assert refused == {"insufficient_balance": 12}
    assert paid == list(range(0, 2000, 100))


def test_one_key_sent_to_both_replicas_at_once_has_one_answer(stage: Stage, second: Stage) -> None:
    """Ten keys, each sent twice to each of two replicas at the same moment: one debit a key, told four times."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    requests = [stage.debit_request(cinema, 10, presentation_id=shown) for _ in range(10)]

    answers = at_once(40, lambda n: (stage, second)[n % 2].call("Debit", requests[n // 4], cashier))

    for number in range(10):
        told = answers[4 * number : 4 * number + 4]
        assert {answer.receipt.debit_id for answer in told} == {told[0].receipt.debit_id}
        assert sorted(answer.replayed for answer in told) == [False, True, True, True]
    assert [row.kind for row in stage.rows("transfers")].count("debit") == 10
