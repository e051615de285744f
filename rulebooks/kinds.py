"""The kinds of benefit: in what a right is counted, and what a debit uses of it.

A kind says nothing of who, when or where. To add one, add it to the schema's list and to `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rulebooks.errors import SpendingRefused


@dataclass(frozen=True, slots=True)
class Unit:
    """One ticket or one voucher. `cents`: what the authority pays; `holder_cents`: what the holder pays beside it."""

    cents: int
    source: str
    holder_cents: int = 0


@dataclass(frozen=True, slots=True)
class Spending:
    """How money is spent: `uses` once or several times; `amount` any, or the whole balance."""

    uses: str = "several"
    amount: str = "any"


@dataclass(frozen=True, slots=True)
class Left:
    """What a wallet still holds. `uses`: None where uses are not counted."""

    cents: int
    uses: int | None


@dataclass(frozen=True, slots=True)
class Granted:
    """What a rulebook grants. `count`: of tickets, of vouchers, of an access's uses."""

    count: int | None
    spending: Spending


@dataclass(frozen=True, slots=True)
class Attempt:
    """A debit of so many cents, on what is left."""

    amount_cents: int
    left: Left
    unit: Unit | None
    spending: Spending


@dataclass(frozen=True, slots=True)
class Kind:
    """`holds_cents`: the right is a wallet, paid from the budget.

    `uses_granted`: uses of a fresh wallet, None where they are not counted. `uses_of`: how many uses a debit takes,
    whatever is left of them; raises SpendingRefused.
    """

    holds_cents: bool
    uses_granted: Callable[[Granted], int | None]
    uses_of: Callable[[Attempt], int]


def _once_or_not_counted(granted: Granted) -> int | None:
    return 1 if granted.spending.uses == "once" else None


def _of_money(attempt: Attempt) -> int:
    if attempt.spending.amount == "whole":
        _check_whole(attempt)
    return 1 if attempt.spending.uses == "once" else 0


def _of_tickets(attempt: Attempt) -> int:
    unit_cents = attempt.unit.cents if attempt.unit else 0
    if not unit_cents or attempt.amount_cents % unit_cents:
        raise SpendingRefused("whole_tickets_only", unit_cents)
    return attempt.amount_cents // unit_cents


def _of_vouchers(attempt: Attempt) -> int:
    return -(-attempt.amount_cents // attempt.unit.cents) if attempt.unit else 0


def _of_access(attempt: Attempt) -> int:
    if attempt.amount_cents:
        raise SpendingRefused("no_amount", 0)
    return 1


def _of_grant(_: Attempt) -> int:
    raise SpendingRefused("not_spent_at_a_till", 0)


def _check_whole(attempt: Attempt) -> None:
    if attempt.amount_cents != attempt.left.cents:
        raise SpendingRefused("whole_amount_only", attempt.left.cents)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "money": Kind(True, _once_or_not_counted, _of_money),
        "tickets": Kind(True, lambda granted: granted.count, _of_tickets),
        "vouchers": Kind(True, lambda granted: granted.count, _of_vouchers),
        "access": Kind(False, lambda granted: granted.count, _of_access),
        "transfer": Kind(True, _once_or_not_counted, _of_money),
        "grant": Kind(False, lambda _: None, _of_grant),
    }
)
