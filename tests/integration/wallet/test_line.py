"""The whole line through the real door: season, membership, credit, code, debit, counted day."""

from __future__ import annotations

from atouts.wallet.v1 import memberships_pb2 as memberships
from atouts.wallet.v1 import movements_pb2 as movements

from tests.integration.wallet.stage import Stage, account


def test_a_season_from_opening_to_the_counted_day(stage: Stage) -> None:
    """A member who paid is credited, pays a cinema with a code once, and payout counts that day for good."""
    stage.open_season()
    person = account()
    stage.knows(person)
    membership = stage.ask(person)
    assert membership.state == memberships.MEMBERSHIP_STATE_AWAITING_PAYMENT
    assert stage.cash(membership).state == memberships.MEMBERSHIP_STATE_ACTIVE
    assert {w.benefit: w.balance_cents for w in stage.wallets(person).values()} == {
        "cinema": 2000,
        "dispositif-local": 500,
        "pratique": 3000,
        "rollon": 1000,
        "spectacle": 3000,
    }
    cinema = stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier)
    assert [(s.benefit, s.balance_cents) for s in shown.spendable] == [("cinema", 2000)]
    request = stage.debit_request(cinema, 650, presentation_id=shown.presentation_id)
    answer = stage.call("Debit", request, cashier)
    assert (answer.receipt.amount_cents, answer.receipt.balance_cents, answer.replayed) == (650, 1350, False)
    stage.clock.forward(days=1)
    counted = stage.call("CountDay", movements.CountDayRequest(day="2025-10-04"), service="payout")
    assert [(p.partner_id, p.count, p.sum_cents) for p in counted.partners] == [(str(cinema), 1, 650)]
    assert stage.event_types().count("debit_recorded") == 1
