"""Debits through the real door: what is taken, what is refused and why, once per key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.grpc_client import PeerRefused
from tests.integration.wallet.stage import BOOKS, Stage, account


def test_a_till_sends_code_and_debit_at_once_and_the_code_burns(stage: Stage) -> None:
    """A code pays once: the next debit with it is refused, whatever its key."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier, code = stage.delegate(cinema), stage.code(person)
    receipt = stage.call("Debit", stage.debit_request(cinema, 500, code=code), cashier).receipt
    assert receipt.balance_cents == 1500
    refused = stage.refusal("Debit", stage.debit_request(cinema, 500, code=code), cashier)
    assert refused.reason == "code_already_used"
    assert stage.balance(person) == 1500


def test_a_wallet_is_spent_in_parts_to_zero_and_no_further(stage: Stage) -> None:
    """Partial debits add up to the balance; a cent more is refused, and says what is left."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    for amount_cents, left_cents in ((650, 1350), (1300, 50)):
        request = stage.debit_request(cinema, amount_cents, presentation_id=shown)
        assert stage.call("Debit", request, cashier).receipt.balance_cents == left_cents
    refused = stage.refusal("Debit", stage.debit_request(cinema, 51, presentation_id=shown), cashier)
    assert (refused.reason, refused.field) == ("insufficient_balance", "amount_cents")
    assert "0,50\u00a0€" in refused.sentence_fr
    last = stage.call("Debit", stage.debit_request(cinema, 50, presentation_id=shown), cashier)
    assert last.receipt.balance_cents == 0


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("unknown_benefit", {"benefit": "piscine"}),
        ("season_not_open", {"season": "2031-2032"}),
        ("wrong_category", {"benefit": "spectacle"}),
        ("code_unreadable", {"presentation_id": "", "code": "A1NOTACODE"}),
        ("unknown_presentation", {"presentation_id": str(uuid4())}),
        ("presentation_of_other_partner", {"device": "caisse 2"}),
        ("amount_invalid", {"amount_cents": 0}),
        ("amount_invalid", {"amount_cents": -1}),
        ("amount_invalid", {"amount_cents": 2**62}),
        ("malformed", {"idempotency_key": ""}),
        ("malformed", {"idempotency_key": "k" * 10_000}),
        ("malformed", {"device": "a\x00b"}),
        ("malformed", {"partner_id": "cinema"}),
        ("malformed", {"benefit": "cinema\x00"}),
        ("malformed", {"scheme": ""}),
        ("malformed", {"code": "A1BOTH"}),
    ],
)
def test_a_refusal_has_its_reason_and_changes_nothing(stage: Stage, reason: str, change: dict[str, Any]) -> None:
    """Each refusal is told by a stable reason with a French sentence, and no wallet moves."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    before = stage.sums()
    request = stage.debit_request(cinema, 100, presentation_id=shown)
    for name, value in change.items():
        setattr(request, name, value)
    refused = stage.refusal("Debit", request, cashier)
    assert refused.reason == reason
    assert refused.sentence_fr.endswith(".")
    assert stage.sums() == before
    assert stage.balance(person) == 2000


def test_a_partner_without_the_scheme_is_not_accredited(stage: Stage) -> None:
    """A bookshop of another scheme takes nothing of Culture & Sport."""
    stage.open_season()
    person, bookshop = stage.member(), stage.partner("livres", scheme=BOOKS)
    cashier = stage.delegate(bookshop)
    request = stage.debit_request(bookshop, 100, code=stage.code(person))
    assert stage.refusal("Debit", request, cashier).reason == "partner_not_accredited"


def test_a_stranger_is_refused_before_the_key_is_looked_at(stage: Stage) -> None:
    """Somebody who is no delegate sees nothing of a key and does not spend it."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier, stranger = stage.delegate(cinema), stage.delegate(uuid4())
    request = stage.debit_request(cinema, 100, code=stage.code(person))
    assert stage.refusal("Debit", request, stranger).reason == "not_a_delegate"
    answer = stage.call("Debit", request, cashier)
    assert (answer.receipt.amount_cents, answer.replayed) == (100, False)
    assert stage.refusal("Debit", request, stranger).reason == "not_a_delegate"


def test_a_membership_that_is_not_paid_pays_nothing(stage: Stage) -> None:
    """The fee is announced and not cashed: the till is told that the membership is not active."""
    stage.open_season()
    person = account()
    stage.knows(person)
    stage.ask(person)
    cinema = stage.partner("cinema")
    request = stage.debit_request(cinema, 100, code=stage.code(person))
    assert stage.refusal("Debit", request, stage.delegate(cinema)).reason == "membership_not_active"


@pytest.mark.parametrize(
    ("reason", "forward"),
    [("code_expired", {"seconds": 61}), ("presentation_expired", {"minutes": 5})],
)
def test_what_was_shown_gets_old(stage: Stage, reason: str, forward: dict[str, float]) -> None:
    """A code lives for its step and one more, a presentation for five minutes."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    proof = (
        {"code": stage.code(person)}
        if reason == "code_expired"
        else {"presentation_id": stage.present(person, cinema, cashier).presentation_id}
    )
    stage.clock.forward(**forward)
    refused = stage.refusal("Debit", stage.debit_request(cinema, 100, **proof), cashier)
    assert refused.reason == reason


def test_after_the_last_day_the_season_is_over(stage: Stage) -> None:
    """30 June 23:59 in Paris still pays, a minute later does not."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    stage.clock.instant = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(person)), cashier)
    stage.clock.forward(minutes=1)
    refused = stage.refusal("Debit", stage.debit_request(cinema, 100, code=stage.code(person)), cashier)
    assert refused.reason == "season_over"
    assert "30/06/2026" in refused.sentence_fr


# --- Keys


def test_the_same_key_gets_the_first_answer_again_however_late(stage: Stage) -> None:
    """A known key answers before anything that time can change: burnt code, ended season."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    request = stage.debit_request(cinema, 700, code=stage.code(person))
    first = stage.call("Debit", request, cashier)
    for forward in ({"minutes": 1.0}, {"hours": 1.0}, {"days": 300.0}):
        stage.clock.forward(**forward)
        again = stage.call("Debit", request, cashier)
        assert again.receipt == first.receipt
        assert again.replayed
    assert stage.balance(person) == 1300


def test_a_refusal_is_the_keys_answer_too(stage: Stage) -> None:
    """A key that was refused stays refused for the same reason, though the wallet could pay by now."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    request = stage.debit_request(cinema, 2001, code=stage.code(person))
    first = stage.refusal("Debit", request, cashier)
    again = stage.refusal("Debit", request, cashier)
    assert (again.reason, again.sentence_fr) == (first.reason, first.sentence_fr)
    assert first.reason == "insufficient_balance"


def test_a_key_is_good_for_one_request(stage: Stage) -> None:
    """The same key with another amount is refused and moves nothing."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    request = stage.debit_request(cinema, 700, code=stage.code(person))
    stage.call("Debit", request, cashier)
    request.amount_cents = 701
    assert stage.refusal("Debit", request, cashier).reason == "idempotency_key_reused"
    assert stage.balance(person) == 1300


def test_one_key_sent_sixteen_times_at_once_is_one_debit(stage: Stage) -> None:
    """All copies get one receipt; the money moves once."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    request = stage.debit_request(cinema, 700, code=stage.code(person))
    answers = _at_once(16, lambda _: stage.call("Debit", request, cashier))
    assert len({answer.receipt.debit_id for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert stage.balance(person) == 1300


# --- Rivals


def test_sixteen_clients_race_for_the_last_ten_euros(stage: Stage) -> None:
    """Ten debits of 1 € succeed, six are refused for want of money, the balance is 0."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    stage.call("Debit", stage.debit_request(cinema, 1000, presentation_id=shown), cashier)
    requests = [stage.debit_request(cinema, 100, presentation_id=shown) for _ in range(16)]
    answers = _at_once(16, lambda number: _outcome(stage, requests[number], cashier))
    assert sorted(answers) == ["debited"] * 10 + ["insufficient_balance"] * 6
    assert stage.balance(person) == 0


def test_a_refused_neighbour_in_a_group_stops_nobody(stage: Stage) -> None:
    """In one group, a debit that is too large is refused and those beside it are made."""
    stage.open_season()
    cinema = stage.partner("cinema")
    cashier = stage.delegate(cinema)
    persons = [stage.member() for _ in range(6)]
    shown = [stage.present(person, cinema, cashier).presentation_id for person in persons]
    amounts = (100, 9999, 200, 9999, 300, 400)
    requests = [
        stage.debit_request(cinema, amount, presentation_id=presentation)
        for amount, presentation in zip(amounts, shown, strict=True)
    ]
    answers = _at_once(6, lambda number: _outcome(stage, requests[number], cashier))
    assert answers == ["debited", "insufficient_balance"] * 2 + ["debited"] * 2
    assert [stage.balance(person) for person in persons] == [1900, 2000, 1800, 2000, 1700, 1600]


def _at_once(clients: int, act: Callable[[int], Any]) -> list[Any]:
    """Each client's answer, all started at the same moment."""
    start = threading.Barrier(clients)

    def run(number: int) -> Any:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(run, range(clients)))


def _outcome(stage: Stage, request: Any, cashier: Any) -> str:
    try:
        stage.call("Debit", request, cashier)
    except PeerRefused as refused:
        return refused.reason
    return "debited"
