"""Money on the pure domain, against a model: random votes, credits, debits, vouchers, cancellations and expiries."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import BalanceTooLow, VoucherAboveBalance
from services.wallet.domain.ledger import AccountKind, Act, Entry, Transfer
from services.wallet.domain.wallet import PastDebit, Payment, Wallet

ACT = Act(datetime(2025, 10, 4, tzinfo=UTC), date(2025, 10, 4), "hash")
PARTNER = uuid.UUID(int=1)
CENTS = st.integers(min_value=1, max_value=5_000)
GRANTED = st.none() | st.integers(min_value=1, max_value=4)


def _wallet() -> Wallet:
    one = date(2025, 7, 1)
    return Wallet(
        uuid.uuid4(),
        uuid.uuid4(),
        uuid.uuid4(),
        uuid.UUID(int=2),
        "scheme",
        "season",
        "benefit",
        "category",
        one,
        one,
    )


def _past(wallet: Wallet, transfer: Transfer) -> PastDebit:
    return PastDebit(
        transfer.transfer_id,
        wallet.wallet_id,
        PARTNER,
        "category",
        transfer.amount_cents,
        ACT.business_day,
        "hash",
        uses=transfer.uses or 0,
    )


class Money(RuleBasedStateMachine):
    """One envelope, a few wallets, some of which count uses; the model is plain sums."""

    def __init__(self) -> None:
        super().__init__()
        self.envelope = Envelope(uuid.UUID(int=2), "scheme", "season", "benefit", 0, 0, 0)
        self.wallets: list[Wallet] = []
        self.model: list[int] = []
        self.uses: list[int | None] = []
        self.voted = 0
        self.expired = 0
        self.debits: list[tuple[int, PastDebit]] = []
        self.paid = 0
        self.held: list[tuple[int, uuid.UUID, int, int]] = []
        self.entries: list[Entry] = []

    @property
    def reserved(self) -> int:
        return sum(cents for _, _, cents, _ in self.held)

    def _record(self, transfer: Transfer) -> None:
        self.entries += transfer.entries

    @rule(cents=CENTS)
    def vote(self, cents: int) -> None:
        self.envelope, transfer = self.envelope.vote(cents, (80, 100), uuid.uuid4(), ACT)
        self.voted += cents
        self._record(transfer)

    def _take_uses(self, place: int, data: st.DataObject) -> int:
        left = self.uses[place]
        if left is None:
            return 0
        uses = data.draw(st.integers(0, left))
        self.uses[place] = left - uses
        return uses

    def _give_uses_back(self, place: int, uses: int) -> None:
        left = self.uses[place]
        self.uses[place] = None if left is None else left + uses

    @rule(cents=CENTS, uses=GRANTED)
    def credit(self, cents: int, uses: int | None) -> None:
        can = cents <= self.voted - sum(self.model) - self.reserved - self.paid - self.expired
        assert self.envelope.can_credit(cents) == can
        if can:
            wallet, self.envelope, transfer = _wallet().credit(self.envelope, cents, uuid.uuid4(), ACT, uses)
            self.wallets.append(wallet)
            self.model.append(cents)
            self.uses.append(uses)
            self._record(transfer)

    @precondition(lambda self: self.wallets)
    @rule(cents=CENTS, data=st.data())
    def debit(self, cents: int, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.wallets) - 1))
        if cents > self.model[place]:
            with pytest.raises(BalanceTooLow):
                self.wallets[place].debit(Payment(PARTNER, cents, 0, "qr"), uuid.uuid4(), ACT)
            return
        payment = Payment(PARTNER, cents, self._take_uses(place, data), "qr")
        self.wallets[place], transfer = self.wallets[place].debit(payment, uuid.uuid4(), ACT)
        past = _past(self.wallets[place], transfer)
        self.debits.append((place, past))
        self.model[place] -= cents
        self.paid += cents
        self._record(transfer)

    @precondition(lambda self: self.wallets)
    @rule(cents=CENTS, data=st.data())
    def hold(self, cents: int, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.wallets) - 1))
        voucher_id = uuid.uuid4()
        if cents > self.model[place]:
            with pytest.raises(VoucherAboveBalance):
                self.wallets[place].hold(voucher_id, cents, 0, uuid.uuid4(), ACT)
            return
        uses = self._take_uses(place, data)
        self.wallets[place], transfer = self.wallets[place].hold(voucher_id, cents, uses, uuid.uuid4(), ACT)
        self.model[place] -= cents
        self.held.append((place, voucher_id, cents, uses))
        self._record(transfer)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def capture(self, data: st.DataObject) -> None:
        place, voucher_id, cents, held_uses = self.held.pop()
        taken = data.draw(st.integers(1, cents))
        uses = held_uses if taken == cents else data.draw(st.integers(0, held_uses))
        wallet = self.wallets[place]
        transfer = wallet.capture(voucher_id, Payment(PARTNER, taken, uses, "voucher"), uuid.uuid4(), ACT)
        self._record(transfer)
        self.debits.append((place, _past(wallet, transfer)))
        self.paid += taken
        if taken < cents:
            self._release(place, voucher_id, cents - taken, held_uses - uses)

    @precondition(lambda self: self.held)
    @rule()
    def release(self) -> None:
        self._release(*self.held.pop())

    def _release(self, place: int, voucher_id: uuid.UUID, cents: int, uses: int) -> None:
        self.wallets[place], transfer = self.wallets[place].release(voucher_id, cents, uses, uuid.uuid4(), ACT)
        self._give_uses_back(place, uses)
        self.model[place] += cents
        self._record(transfer)

    @precondition(lambda self: self.debits)
    @rule()
    def cancel(self) -> None:
        place, past = self.debits.pop()
        self.wallets[place], transfer = self.wallets[place].undo(past, uuid.uuid4(), ACT)
        assert transfer.cancels == past.debit_id
        self._give_uses_back(place, past.uses)
        self.model[place] += past.amount_cents
        self.paid -= past.amount_cents
        self._record(transfer)

    @precondition(lambda self: any(self.model))
    @rule()
    def expire(self) -> None:
        place = next(number for number, cents in enumerate(self.model) if cents)
        self.wallets[place], transfer = self.wallets[place].expire(uuid.uuid4(), ACT)
        self.expired += self.model[place]
        self.model[place] = 0
        self._record(transfer)

    @invariant()
    def balances_are_the_models(self) -> None:
        assert [wallet.balance_cents for wallet in self.wallets] == self.model
        assert [wallet.wallet_id for wallet in self.wallets if wallet.balance_cents < 0] == []

    @invariant()
    def uses_are_the_models(self) -> None:
        """What is held by a voucher is not left; what is lost with its cents is left and of no use."""
        assert [wallet.uses_left for wallet in self.wallets] == self.uses

    @invariant()
    def every_cent_is_somewhere(self) -> None:
        """envelope = unallocated + left + reserved + expired + debited; a voucher holds what it holds."""
        where = dict.fromkeys(AccountKind, 0)
        for entry in self.entries:
            where[entry.account_kind] += entry.amount_cents
        assert sum(where.values()) == 0
        assert where[AccountKind.AUTHORITY] == -self.voted
        assert where[AccountKind.ENVELOPE] == self.envelope.unallocated_cents
        assert where[AccountKind.WALLET] == sum(self.model)
        assert where[AccountKind.PARTNER] == self.paid
        assert where[AccountKind.HOLD] == self.reserved
        assert where[AccountKind.EXPIRED] == self.expired

    @invariant()
    def chains_have_no_gap(self) -> None:
        last: dict[uuid.UUID, tuple[int, int]] = {}
        for entry in self.entries:
            if entry.balance:
                after_cents, version = last.get(entry.account_id, (0, 0))
                assert (entry.balance.before_cents, entry.balance.version) == (after_cents, version + 1)
                last[entry.account_id] = entry.balance.after_cents, entry.balance.version


Money.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestMoney = Money.TestCase


@pytest.mark.parametrize(("credited", "percent"), [(0, 0), (79, 0), (80, 80), (99, 80), (100, 100)])
def test_thresholds_are_reached_to_the_cent(credited: int, percent: int) -> None:
    """80 % and 100 % of the vote are told."""
    envelope = Envelope(uuid.uuid4(), "scheme", "season", "benefit", 100, 100 - credited, 1)
    assert envelope.reached_percent((80, 100)) == percent


def test_a_vote_lets_a_threshold_be_told_again() -> None:
    """More money lowers the share: reaching 80 % again is news again."""
    spent = Envelope(uuid.uuid4(), "scheme", "season", "benefit", 100, 0, 1).announced(100)
    assert spent.announced_percent == 100
    more, _ = spent.vote(100, (80, 100), uuid.uuid4(), ACT)
    assert (more.reached_percent((80, 100)), more.announced_percent) == (0, 0)
