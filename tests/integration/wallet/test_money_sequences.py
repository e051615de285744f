"""Random sequences through the real door and database, against a model of plain numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.grpc_client import PeerRefused
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.stage import AUTHORITY_ID, OCTOBER, Stage, empty

CENTS = st.integers(min_value=1, max_value=1_200)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("debit"), st.integers(0, 2), CENTS),
        st.tuples(st.just("repeat"), st.just(0), st.just(0)),
        st.tuples(st.just("cancel"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("night"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


class Model:
    """What must be so, told without a database."""

    def __init__(self, members: int) -> None:
        self.balances = [2000] * members
        self.today: dict[str, tuple[int, int]] = {}
        self.gone: set[str] = set()
        self.paid = 0


@hypothesis.seed(20251004)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_sequence_makes_or_loses_a_cent(stage: Stage, steps: list[tuple[str, int, int]]) -> None:
    """Debits, repeats, cancellations and nights: balances are the model's, and the ledger proves itself."""
    empty(stage.parts.platform.database)
    stage.clock.instant = OCTOBER
    stage.open_season()
    play = _Play(stage)
    for kind, which, cents in steps:
        getattr(play, kind)(which, cents)
    model = play.model
    assert [stage.balance(person) for person in play.members] == model.balances
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []
    assert done.figures["debited_cents"] - done.figures["cancelled_cents"] == model.paid
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    stage.play_due()
    ended = verify(stage.parts, AUTHORITY_ID)
    assert ended.held
    assert ended.figures["expired_cents"] == 3 * 6500 + sum(model.balances)


class _Play:
    """Does each step at the door and in the model."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.members = [stage.member() for _ in range(3)]
        self.model = Model(len(self.members))
        self.cinema = stage.partner("cinema")
        self.cashier = stage.delegate(self.cinema)
        self.last: tuple[Any, str] | None = None
        self.debits: list[str] = []

    def debit(self, which: int, cents: int) -> None:
        self.stage.clock.forward(minutes=2)  # a new step of the code
        code = self.stage.code(self.members[which])
        request = self.stage.debit_request(self.cinema, cents, code=code)
        answer = self._answer("Debit", request)
        self.last = request, answer
        if cents > self.model.balances[which]:
            assert answer == "insufficient_balance"
            return
        self.debits.append(answer)
        self.model.balances[which] -= cents
        self.model.today[answer] = which, cents
        self.model.paid += cents

    def repeat(self, _which: int, _cents: int) -> None:
        if self.last:
            request, answer = self.last
            assert self._answer("Debit", request) == answer

    def cancel(self, which: int, _cents: int) -> None:
        if not self.debits:
            return
        debit_id = self.debits[which % len(self.debits)]
        answer = self._answer("CancelDebit", self.stage.cancel_request(self.cinema, debit_id))
        if debit_id in self.model.gone:
            assert answer == "already_cancelled"
        elif debit_id not in self.model.today:
            assert answer == "cancellation_too_late"
        else:
            member, cents = self.model.today[debit_id]
            self.model.balances[member] += cents
            self.model.paid -= cents
            self.model.gone.add(debit_id)

    def night(self, _which: int, _cents: int) -> None:
        self.stage.clock.forward(days=1)
        self.model.today.clear()

    def _answer(self, rpc: str, request: Any) -> str:
        """The debit's id, "done", or the refusal's reason."""
        try:
            answer = self.stage.call(rpc, request, self.cashier)
        except PeerRefused as refused:
            return refused.reason
        return str(answer.receipt.debit_id) if rpc == "Debit" else "done"
