"""Undoing a debit: its own partner, its own day, once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from tests.integration.wallet.stage import Stage


def test_a_debit_is_cancelled_on_its_own_day_once(stage: Stage) -> None:
    """The wallet gets the money back; the same key answers again; a second cancellation is refused."""
    person, cinema, cashier, receipt = stage.paid()
    request = stage.cancel_request(cinema, receipt.debit_id)
    first = stage.call("CancelDebit", request, cashier)
    again = stage.call("CancelDebit", request, cashier)
    assert (first.amount_cents, first.replayed, again.replayed) == (700, False, True)
    assert again.cancellation_id == first.cancellation_id
    assert stage.balance(person) == 2000
    refused = stage.refusal("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    assert refused.reason == "already_cancelled"
    assert stage.event_types().count("debit_cancelled") == 1


def test_a_cancellation_belongs_to_its_partner_and_day(stage: Stage) -> None:
    """Another partner does not know the debit; after midnight in Paris it is too late."""
    person, cinema, cashier, receipt = stage.paid()
    other = stage.partner("cinema")
    request = stage.cancel_request(other, receipt.debit_id)
    assert stage.refusal("CancelDebit", request, stage.delegate(other)).reason == "unknown_debit"
    stage.clock.instant = datetime(2025, 10, 4, 22, 0, tzinfo=UTC)
    request = stage.cancel_request(cinema, receipt.debit_id)
    assert stage.refusal("CancelDebit", request, cashier).reason == "cancellation_too_late"
    assert stage.balance(person) == 1300


def test_two_cancellations_race_and_one_wins(stage: Stage) -> None:
    """Two keys for one debit at the same moment: the wallet is credited once."""
    person, cinema, cashier, receipt = stage.paid()
    requests = [stage.cancel_request(cinema, receipt.debit_id) for _ in range(4)]
    start = threading.Barrier(4)

    def run(request: Any) -> str:
        start.wait()
        try:
            stage.call("CancelDebit", request, cashier)
        except Exception as refused:  # noqa: BLE001 - its reason is what the test looks at
            return getattr(refused, "reason", repr(refused))
        return "cancelled"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(run, requests))
    assert answers == ["already_cancelled"] * 3 + ["cancelled"]
    assert stage.balance(person) == 2000
