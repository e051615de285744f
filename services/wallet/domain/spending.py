"""How a benefit may be spent: its days and its uses, by the version of its rulebook in force on the day."""

from __future__ import annotations

from datetime import date

from rulebooks import Benefit, Left, SpendingRefused
from services.wallet.domain.errors import (
    NotEnoughUses,
    NotSpentInMoney,
    NoUseLeft,
    SeasonOver,
    SpendingNotStarted,
    WalletRefusal,
    WholeAmountOnly,
    WholeTicketsOnly,
)


def outlives_season(benefit: Benefit) -> bool:
    """Whether its wallets have a life of their own, from the day they are loaded."""
    return benefit.loading.valid_months is not None


def spent_whole(benefit: Benefit) -> bool:
    """Whether the whole balance goes in one debit."""
    return benefit.spending.amount == "whole"


def last_day(benefit: Benefit, wallet_closes_on: date) -> date:
    """The wallet's own where it has a life of its own, else the rulebook's: a version may have moved it."""
    return wallet_closes_on if outlives_season(benefit) else benefit.spend_window.closes_on


def check_windows(benefit: Benefit, on: date) -> None:
    """Whether the rulebook lets the benefit be spent that day; between two windows the next is told.

    Raises SeasonOver, SpendingNotStarted.
    """
    following = next((window for window in benefit.windows if on <= window.closes_on), None)
    if following is None:
        raise SeasonOver(benefit.spend_window.closes_on)
    if on < following.opens_on:
        raise SpendingNotStarted(following.opens_on)


def check_open(benefit: Benefit, wallet_closes_on: date, on: date) -> None:
    """The same for a wallet, which may have a life of its own. Raises SeasonOver, SpendingNotStarted."""
    if not outlives_season(benefit):
        check_windows(benefit, on)
    elif on > wallet_closes_on:
        raise SeasonOver(wallet_closes_on)


def uses_taken(benefit: Benefit, amount_cents: int, left: Left) -> int:
    """How many of the uses left a debit takes; 0 where they are not counted.

    Raises NoUseLeft, NotEnoughUses, WholeAmountOnly, WholeTicketsOnly, NotSpentInMoney.
    """
    if left.uses == 0:
        raise NoUseLeft
    try:
        uses = benefit.uses_of(amount_cents, left)
    except SpendingRefused as refused:
        raise _refusal(refused) from None
    return 0 if left.uses is None else uses


def _refusal(refused: SpendingRefused) -> WalletRefusal:
    match refused.code:
        case "whole_amount_only":
            return WholeAmountOnly(refused.cents)
        case "whole_tickets_only":
            return WholeTicketsOnly(refused.cents)
        case "no_use_left":
            return NotEnoughUses(refused.cents)
        case _:
            return NotSpentInMoney()
