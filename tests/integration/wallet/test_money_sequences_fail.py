"""The ledger's model is no model if a wrong wallet passes: errors are planted in the service, one at a time, and
sequences of a fixed seed must differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from services.wallet.application import access_uses, cancellations, clawbacks, idempotency, season_end
from services.wallet.domain import debit
from services.wallet.domain.card import Card
from services.wallet.domain.credit_line import DueCredit
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.wallet import Wallet
from tests.integration.wallet.ledger_model.commands import COMMANDS
from tests.integration.wallet.ledger_model.machine import Playing, play_until_difference
from tests.integration.wallet.ledger_model.opening import Opening
from tests.integration.wallet.stage import Stage

# What is drawn for a seed differs with what else is loaded (Hypothesis takes constants from it): the last comes seldom.
SEED, AT_MOST = 2025, 80
_Wrong = Callable[[Any], Any]


@dataclass(frozen=True)
class Planted:
    """`name` of `owner` becomes what `wrong` makes of it. `among`: the commands that sequences are drawn from, which
    are met less often among all the others."""

    owner: Any
    name: str
    wrong: _Wrong
    among: tuple[str, ...]


def _takes_a_cent_less(right: Any) -> Any:
    def wrong(wallet: Wallet, payment: Any, *rest: Any) -> Any:
        return right(wallet, replace(payment, amount_cents=max(1, payment.amount_cents - 1)), *rest)

    return wrong


def _leaves_the_wallet(right: Any) -> Any:
    def wrong(wallet: Wallet, *moved: Any) -> Any:
        return wallet, right(wallet, *moved)[1]

    return wrong


def _reserves_nothing(right: Any) -> Any:
    def wrong(envelope: Envelope, amount_cents: int) -> Any:
        after, side = right(envelope, amount_cents)
        return replace(after, unallocated_cents=envelope.unallocated_cents), side

    return wrong


def _passes(_right: Any) -> Any:
    return lambda *_args, **_named: None


def _says(answer: object) -> _Wrong:
    return lambda _right: lambda *_args, **_named: answer


def _allows_one_more(right: Any) -> Any:
    return lambda limit, *rest: right(replace(limit, count=limit.count + 1), *rest)


def _forgets_what_was_clawed_back(right: Any) -> Any:
    return lambda envelope, past, *rest: right(envelope, replace(past, clawed_back_cents=0), *rest)


def _reads_the_line_backwards(_right: Any) -> Any:
    return property(lambda due: (-due.due_since.timestamp(), due.membership_id, due.benefit))


_JOIN = ("join", "join_another", "vote_for_one")
PLANTED = {
    "a debit takes a cent less": Planted(Wallet, "debit", _takes_a_cent_less, ("pay_a_little",)),
    "a voucher that is given back leaves the wallet": Planted(
        Wallet, "release", _leaves_the_wallet, ("reserve_a_little", "release")
    ),
    "an expiry leaves the wallet": Planted(Wallet, "expire", _leaves_the_wallet, ("pay_a_little", "end_season")),
    "the budget is not reserved": Planted(Envelope, "take", _reserves_nothing, _JOIN),
    "what is undone after the end goes to the wallet": Planted(
        cancellations, "is_closed", _says(False), ("to_the_last_day", "pay_a_little", "end_season", "cancel_latest")
    ),
    "a cancellation has no window": Planted(
        cancellations, "check_window", _passes, ("pay_a_little", "nights", "cancel")
    ),
    "an access has one use more": Planted(access_uses, "free_place", _allows_one_more, ("use",)),
    "a suspension is ignored": Planted(debit, "check_not_suspended", _passes, ("suspend_one", "pay_a_little")),
    "a key is not kept": Planted(
        idempotency, "_freeze", _passes, ("propose_for_wallet", "pay_a_little", "cancel_latest", "repeat")
    ),
    "more is clawed back than was paid": Planted(
        clawbacks, "claw_back", _forgets_what_was_clawed_back, ("pay_a_little", "claw_back")
    ),
    "a wallet with a life of its own closes with the season": Planted(
        season_end, "_is_over", _says(True), ("prove_mission", "vote_for_one", "end_season")
    ),
    "an opposed card pays": Planted(Card, "check_usable", _passes, ("pay_with_what_is_over",)),
    "what a till added stays when its debit is undone": Planted(
        cancellations, "_return_top_up", _passes, ("pay_more_than_there_is", "cancel_latest")
    ),
    "who came last is served first": Planted(
        DueCredit, "place", _reads_the_line_backwards, ("join", "join_another", "nights", "vote_for_one")
    ),
    "a partner that was stopped goes on taking": Planted(debit, "check_accredited", _passes, ("stop", "pay_a_little")),
}


@pytest.fixture(scope="module")
def opening(served: Stage) -> Iterator[Opening]:
    made = Opening(served)
    yield made
    made.close()


@pytest.mark.parametrize("error", PLANTED)
def test_a_wrong_wallet_differs(opening: Opening, monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    """Each planted error is told by the model within a few sequences."""
    planted = PLANTED[error]
    monkeypatch.setattr(planted.owner, planted.name, planted.wrong(getattr(planted.owner, planted.name)))
    playing = Playing(opening, [command for command in COMMANDS if command.name in planted.among])
    play_until_difference(playing, AT_MOST, SEED)
    assert playing.difference, f"{len(playing.played)} sequences without a difference"
