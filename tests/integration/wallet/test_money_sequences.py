"""Random sequences through the real door and database, against a model of plain numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import hypothesis
from atouts.wallet.v1 import vouchers_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.context import Account
from chassis.grants import partner_scope
from chassis.grpc_client import PeerRefused
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.stage import AUTHORITY_ID, OCTOBER, Stage, empty

CENTS = st.integers(min_value=1, max_value=1_200)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("debit"), st.integers(0, 2), CENTS),
        st.tuples(st.just("repeat"), st.just(0), st.just(0)),
        st.tuples(st.just("cancel"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("reserve"), st.integers(0, 2), CENTS),
        st.tuples(st.just("redeem"), st.integers(0, 30), CENTS),
        st.tuples(st.just("release"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("night"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


class Model:
    """What must be so, told without a database."""

    def __init__(self, members: int) -> None:
        self.balances = {"cinema": [2000] * members, "pratique": [3000] * members}
        self.open: dict[str, tuple[int, int]] = {}
        self.closed: dict[str, str] = {}
        self.today: dict[str, tuple[str, int, int]] = {}
        self.gone: set[str] = set()
        self.paid = 0


@hypothesis.seed(20251004)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_sequence_makes_or_loses_a_cent(stage: Stage, steps: list[tuple[str, int, int]]) -> None:
    """Debits, vouchers, repeats, cancellations and nights: balances are the model's, and the ledger proves itself."""
    empty(stage.parts.platform.database)
    stage.clock.instant = OCTOBER
    stage.open_season()
    play = _Play(stage)
    for kind, which, cents in steps:
        getattr(play, kind)(which, cents)
    model = play.model
    for benefit, balances in model.balances.items():
        assert [stage.balance(person, benefit) for person in play.members] == balances
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []
    assert done.figures["debited_cents"] - done.figures["cancelled_cents"] == model.paid
    assert done.figures["reserved_cents"] == sum(cents for _, cents in model.open.values())
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    stage.play_due()
    ended = verify(stage.parts, AUTHORITY_ID)
    assert ended.held
    assert (ended.figures["left_cents"], ended.figures["reserved_cents"]) == (0, 0)
    assert ended.figures["expired_cents"] == 3 * 9500 - model.paid


class _Play:
    """Does each step at the door and in the model."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.members = [stage.member() for _ in range(3)]
        self.model = Model(len(self.members))
        self.cinema = stage.partner("cinema")
        self.cashier = stage.delegate(self.cinema)
        self.club = stage.partner("pratique", activity="sport")
        stage.grant(self.cashier, partner_scope(str(self.club)), "cashier")
        self.last: tuple[str, Any, str] | None = None
        self.debits: list[str] = []
        self.vouchers: list[tuple[str, str]] = []
        self.partner_of: dict[str, UUID] = {}

    def debit(self, which: int, cents: int) -> None:
        self.stage.clock.forward(minutes=2)  # a new step of the code
        code = self.stage.code(self.members[which])
        request = self.stage.debit_request(self.cinema, cents, code=code)
        answer = self._answer("Debit", request)
        self.last = "Debit", request, answer
        balances = self.model.balances["cinema"]
        if cents > balances[which]:
            assert answer == "insufficient_balance"
            return
        balances[which] -= cents
        self._paid(answer, self.cinema, "cinema", which, cents)

    def reserve(self, which: int, cents: int) -> None:
        request = self.stage.voucher_request(self.club, cents)
        balances = self.model.balances["pratique"]
        if cents > balances[which]:
            assert self.stage.refusal("CreateVoucher", request, self.members[which]).reason == "voucher_above_balance"
            return
        voucher = self.stage.call("CreateVoucher", request, self.members[which]).voucher
        balances[which] -= cents
        self.model.open[voucher.voucher_id] = which, cents
        self.vouchers.append((voucher.voucher_id, voucher.code))

    def redeem(self, which: int, cents: int) -> None:
        if not self.vouchers:
            return
        voucher_id, code = self.vouchers[which % len(self.vouchers)]
        request = self.stage.redeem_request(self.club, code, cents)
        answer = self._answer("RedeemVoucher", request)
        self.last = "RedeemVoucher", request, answer
        if voucher_id in self.model.closed:
            assert answer == self.model.closed[voucher_id]
        elif cents > self.model.open[voucher_id][1]:
            assert answer == "above_voucher"
        else:
            member, held_cents = self.model.open.pop(voucher_id)
            self.model.closed[voucher_id] = "voucher_already_redeemed"
            self.model.balances["pratique"][member] += held_cents - cents
            self._paid(answer, self.club, "pratique", member, cents)

    def release(self, which: int, _cents: int) -> None:
        if not self.vouchers:
            return
        voucher_id, _ = self.vouchers[which % len(self.vouchers)]
        row = next(row for row in self.stage.rows("vouchers") if str(row.voucher_id) == voucher_id)
        holder = next(person for person in self.members if person.account_id == str(row.person_id))
        request = vouchers_pb2.ReleaseVoucherRequest(idempotency_key=self.stage.key(), voucher_id=voucher_id)
        answer = self._answer("ReleaseVoucher", request, holder)
        if voucher_id in self.model.closed:
            assert answer == self.model.closed[voucher_id]
        else:
            member, held_cents = self.model.open.pop(voucher_id)
            self.model.closed[voucher_id] = "voucher_released"
            self.model.balances["pratique"][member] += held_cents

    def repeat(self, _which: int, _cents: int) -> None:
        if self.last:
            rpc, request, answer = self.last
            assert self._answer(rpc, request) == answer

    def _paid(self, debit_id: str, partner: UUID, benefit: str, member: int, cents: int) -> None:
        self.debits.append(debit_id)
        self.partner_of[debit_id] = partner
        self.model.today[debit_id] = benefit, member, cents
        self.model.paid += cents

    def cancel(self, which: int, _cents: int) -> None:
        if not self.debits:
            return
        debit_id = self.debits[which % len(self.debits)]
        answer = self._answer("CancelDebit", self.stage.cancel_request(self.partner_of[debit_id], debit_id))
        if debit_id in self.model.gone:
            assert answer == "already_cancelled"
        elif debit_id not in self.model.today:
            assert answer == "cancellation_too_late"
        else:
            benefit, member, cents = self.model.today[debit_id]
            self.model.balances[benefit][member] += cents
            self.model.paid -= cents
            self.model.gone.add(debit_id)

    def night(self, _which: int, _cents: int) -> None:
        self.stage.clock.forward(days=1)
        self.model.today.clear()

    def _answer(self, rpc: str, request: Any, by: Account | None = None) -> str:
        """The debit's id, "done", or the refusal's reason."""
        try:
            answer = self.stage.call(rpc, request, by or self.cashier)
        except PeerRefused as refused:
            return refused.reason
        return str(answer.receipt.debit_id) if rpc in ("Debit", "RedeemVoucher") else "done"
