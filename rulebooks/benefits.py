"""A benefit of a rulebook: for whom, how much, when and where. Amounts are integer cents, days are inclusive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebooks.conditions import ALWAYS, Condition, Facts, Predicate, Reason, reasons_for
from rulebooks.errors import SpendingRefused
from rulebooks.kinds import KINDS, Attempt, Granted, Kind, Left, Spending, Unit
from rulebooks.partners import RequiredDocument
from rulebooks.schedule import Window, months_later
from rulebooks.vocabulary import PARTNER


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount and whom it is for. `count`: of tickets or vouchers. `instalment`: its name where there are several."""

    amount_cents: int
    source: str
    test: Predicate = ALWAYS
    count: int | None = None
    instalment: str | None = None


@dataclass(frozen=True, slots=True)
class Loading:
    """When the wallet is filled: `at` activation, or later, once the facts say so.

    `valid_months`: its own life from that day, date to date; None: the benefit's windows.
    """

    at: str = "activation"
    valid_months: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How often an access may be used: `count` a `day`, `week`, `month` or `season`."""

    count: int
    per: str


@dataclass(frozen=True, slots=True)
class TopUp:
    """Cents added at the till, for persons whom `applies` concerns, at partners of whom `partner` holds."""

    code: str
    amount_cents: int
    sentence: str
    source: str
    partner: Predicate
    applies: Predicate = ALWAYS


@dataclass(frozen=True, slots=True)
class Transfer:
    """Moved in one go to another operator's account. `unit_cents`: what one of its units is worth."""

    operator: str
    unit: str
    unit_cents: int
    in_one_go: bool
    source: str


@dataclass(frozen=True, slots=True)
class Grant:
    """On application, up to the amount; decided by `staff` or a `commission`, paid to the person."""

    decided_by: str
    paid_to: str
    documents: tuple[RequiredDocument, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Goods:
    """What may be bought with it, and what not, in French sentences."""

    allowed: str
    refused: str
    source: str


_ANY_SPENDING, _AT_ACTIVATION = Spending(), Loading()


@dataclass(frozen=True, slots=True)
class Benefit:
    """A right: a wallet, a number of uses, or an application.

    `category`: the accreditation of the partners that take it; empty where no partner does.
    `channels`: by which it may be used (`docs/decisions/0120`); empty where it is used at no till.
    `windows`: when it may be used, in order, never overlapping; empty for an application.
    `once`: `season`, or `schooling` or `life` (then `benefits_had` is looked at).
    `voucher_partner_kinds`: the partners' activities that take prepayment vouchers; empty where there are none.
    `amounts`: the first whose test holds; where none does, `without_amount` says why. Empty for an access.
    `paid_out`: whether partners are paid for it.
    """

    id: str
    title: str
    kind: str
    category: str
    windows: tuple[Window, ...]
    channels: frozenset[str]
    once: str
    voucher_partner_kinds: frozenset[str]
    conditions: tuple[Condition, ...]
    amounts: tuple[Amount, ...]
    without_amount: Reason | None
    once_reasons: tuple[Reason, Reason] | None
    unit: Unit | None = None
    spending: Spending = _ANY_SPENDING
    loading: Loading = _AT_ACTIVATION
    limit: Limit | None = None
    top_ups: tuple[TopUp, ...] = ()
    transfer: Transfer | None = None
    grant: Grant | None = None
    goods: Goods | None = None
    paid_out: bool = True

    @property
    def tests(self) -> tuple[Predicate, ...]:
        """All that is asked of a person: to decide it, and by a till that tops it up."""
        of_conditions = (test for condition in self.conditions for test in condition.tests)
        of_amounts = (amount.test for amount in self.amounts)
        return (*of_conditions, *of_amounts, *(each.applies for each in self.top_ups))

    @property
    def holds_cents(self) -> bool:
        """Whether the right is a wallet of cents, credited from the budget."""
        return self._kind.holds_cents

    @property
    def spend_window(self) -> Window:
        """From the first day on which it may be used to the last; with several windows there are gaps between."""
        return Window(self.windows[0].opens_on, self.windows[-1].closes_on)

    def may_spend(self, on: date, channel: str) -> bool:
        """Whether it can be used that day by that channel."""
        return channel in self.channels and any(window.contains(on) for window in self.windows)

    def closes_on(self, loaded_on: date) -> date:
        """The last day of a wallet that was loaded that day."""
        if self.loading.valid_months is None:
            return self.spend_window.closes_on
        return months_later(loaded_on, self.loading.valid_months)

    def uses_granted(self, amount: Amount | None) -> int | None:
        """How many uses a fresh wallet has; None where uses are not counted."""
        counted = amount.count if amount else None
        return self._kind.uses_granted(Granted(self.limit.count if self.limit else counted, self.spending))

    def uses_of(self, amount_cents: int, left: Left) -> int:
        """How many uses a debit of so many cents takes of what is left. Raises SpendingRefused."""
        uses = self._kind.uses_of(Attempt(amount_cents, left, self.unit, self.spending))
        if left.uses is not None and uses > left.uses:
            raise SpendingRefused("no_use_left", left.uses * self.unit.cents if self.unit else 0)
        return uses

    def once_key(self, instalment: str | None) -> str:
        """How it is called among `benefits_had`."""
        return f"{self.id}.{instalment}" if instalment else self.id

    def amount(self, facts: Facts) -> Amount | None:
        """The amount for this person, whatever the conditions say; None where none is stated."""
        return next((amount for amount in self.amounts if amount.test.holds(facts)), None)

    @property
    def amount_question(self) -> str:
        """Which of `amounts` is for this person, in CEL: its index; their number where none is stated."""
        tests = (f"({amount.test.expression}) ? {at} : " for at, amount in enumerate(self.amounts))
        return f"{''.join(tests)}{len(self.amounts)}"

    def top_up(self, person: Facts, partner_facts: Mapping[str, object]) -> TopUp | None:
        """What is added for this person at this partner: the first that concerns both. Raises InvalidFacts."""
        concerned = [each for each in self.top_ups if each.applies.holds(person)]
        if not concerned:
            return None
        partner = Facts(PARTNER, partner_facts)
        return next((each for each in concerned if each.partner.holds(partner)), None)

    def reasons(self, facts: Facts, amount: Amount | None) -> tuple[Reason, ...]:
        """Own conditions, once only, and that an amount is stated for this person."""
        own, last = reasons_for(self.conditions, facts), self.last_reason(facts.values, amount)
        return own if last is None else (*own, last)

    def last_reason(self, known: Mapping[str, Any], amount: Amount | None) -> Reason | None:
        """What no condition says: that an amount is stated for this person, then that they did not have it before."""
        if amount is None and self.without_amount is not None:
            return self.without_amount
        if self.once_reasons is None:
            return None
        met, unmet = self.once_reasons
        had = self.once_key(amount.instalment if amount else None) in known["benefits_had"]
        return unmet if had and self.id not in known["exceptions_granted"] else met

    @property
    def _kind(self) -> Kind:
        return KINDS[self.kind]
