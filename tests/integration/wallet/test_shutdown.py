"""A replica that is told to stop loses nothing: doors close, what is under way ends, then connections."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from chassis.context import Account
from chassis.errors import Operational
from tests.integration.wallet.replica import Replica, replica
from tests.integration.wallet.stage import Stage

_TILLS = 8
_FIRST_ANSWERS = 40


@pytest.fixture
def other(stage: Stage, tmp_path: Path) -> Iterator[tuple[Stage, Replica]]:
    """A replica that is a process of its own, and its callers."""
    with replica(tmp_path) as started:
        calls = Stage(stage.parts, stage.clock, stage.identity, started.address)
        yield calls, started
        calls.close()


class _Tills:
    """Debit 1 cent again and again, each key once; `keys` maps each to whether it was acknowledged."""

    def __init__(self, calls: Stage, cinema: UUID, cashier: Account, presentation_id: str) -> None:
        self._calls = calls
        self._cinema, self._cashier, self._presentation_id = cinema, cashier, presentation_id
        self._lock = threading.Lock()
        self.keys: dict[str, bool] = {}
        self.enough = threading.Event()

    def serve(self, number: int) -> None:
        """Until the first call that is not answered."""
        for sent in range(10_000):
            key = f"till-{number}-{sent}"
            request = self._calls.debit_request(
                self._cinema, 1, presentation_id=self._presentation_id, idempotency_key=key
            )
            acknowledged = self._is_acknowledged(request)
            with self._lock:
                self.keys[key] = acknowledged
                if sum(self.keys.values()) >= _FIRST_ANSWERS:
                    self.enough.set()
            if not acknowledged:
                return

    def _is_acknowledged(self, request: object) -> bool:
        try:
            self._calls.call("Debit", request, self._cashier)
        except Operational:
            return False
        return True


def test_sigterm_under_load_keeps_what_was_acknowledged_and_does_nothing_else(
    stage: Stage, other: tuple[Stage, Replica]
) -> None:
    """Every acknowledged debit is in the ledger, none that was turned away is, and the process ends with 0."""
    calls, process = other
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    tills = _Tills(calls, cinema, cashier, stage.present(person, cinema, cashier).presentation_id)
    with ThreadPoolExecutor(_TILLS) as pool:
        served = [pool.submit(tills.serve, number) for number in range(_TILLS)]
        assert tills.enough.wait(60)
        process.process.send_signal(signal.SIGTERM)
        for each in served:
            each.result()
    assert process.process.wait(30) == 0
    kept = {row.key for row in stage.rows("idempotency") if row.operation == "debit"}
    assert kept == {key for key, acknowledged in tills.keys.items() if acknowledged}
    assert [row.kind for row in stage.rows("transfers")].count("debit") == len(kept)


def test_readiness_drops_while_what_is_under_way_is_still_answered(stage: Stage, other: tuple[Stage, Replica]) -> None:
    """A debit that waits for its wallet's row when the replica is told to stop: not ready any more, then answered."""
    calls, process = other
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    request = stage.debit_request(cinema, 100, presentation_id=shown)
    with ThreadPoolExecutor(1) as pool:
        with stage.parts.platform.database.transaction() as session:
            session.execute(sa.text("SELECT FROM wallets FOR UPDATE"))
            waiting = pool.submit(calls.call, "Debit", request, cashier)
            _until_it_waits_for_the_row(stage, waiting)
            process.process.send_signal(signal.SIGTERM)
            process.wait_until(ready=False)
            assert not waiting.done()
        assert waiting.result().receipt.balance_cents == 1900
    assert process.process.wait(30) == 0


def _until_it_waits_for_the_row(stage: Stage, waiting: Future[object]) -> None:
    question = sa.text("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    while not stage.parts.platform.database.has_any(question):
        assert not waiting.done(), waiting.result()
