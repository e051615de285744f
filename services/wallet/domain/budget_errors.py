"""What is refused by rule of what staff and payout do to a budget, to wallets and to members' rights."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from services.wallet.domain.cents import euros
from services.wallet.domain.errors import WalletRefusal

# --- Corrections and clawbacks


@dataclass(eq=False)
class EnvelopeSpent(WalletRefusal):
    """What is left of the vote is less than what would be added to the wallet."""

    left_cents: int
    left: str = field(init=False)

    def __post_init__(self) -> None:
        self.left = euros(self.left_cents)


@dataclass(eq=False)
class WalletClosed(WalletRefusal):
    """The wallet's last day is over: nothing goes into it any more."""

    closed_on: date


@dataclass(eq=False)
class UsesNotCounted(WalletRefusal):
    """The benefit counts no uses, and the correction names some."""


@dataclass(eq=False)
class UnknownCorrection(WalletRefusal):
    """No such correction."""


@dataclass(eq=False)
class CorrectionDecided(WalletRefusal):
    """A correction is confirmed or dropped once."""


@dataclass(eq=False)
class SecondPersonNeeded(WalletRefusal):
    """Who proposed a correction does not confirm it."""


@dataclass(eq=False)
class ClawbackAboveDebit(WalletRefusal):
    """More than what the partner still has of this debit."""

    left_cents: int
    left: str = field(init=False)

    def __post_init__(self) -> None:
        self.left = euros(self.left_cents)


@dataclass(eq=False)
class ClawedBack(WalletRefusal):
    """The partner already owes a part of this debit back."""


@dataclass(eq=False)
class ClawbackChanged(WalletRefusal):
    """The clawback of this id was told otherwise before."""


# --- Suspensions


@dataclass(eq=False)
class BenefitSuspended(WalletRefusal):
    """The authority suspended this benefit for this holder."""


@dataclass(eq=False)
class NoSuspension(WalletRefusal):
    """The rulebook lets nobody be suspended."""


@dataclass(eq=False)
class WholeSuspensionOnly(WalletRefusal):
    """The rulebook suspends all benefits or none."""


@dataclass(eq=False)
class SuspensionUntilInvalid(WalletRefusal):
    """A suspension ends between today and the end of the campaign."""

    last: date


@dataclass(eq=False)
class UnknownSuspension(WalletRefusal):
    """No such suspension."""


@dataclass(eq=False)
class SuspensionAlreadyLifted(WalletRefusal):
    """A suspension is lifted once."""


@dataclass(eq=False)
class AppealOutOfOrder(WalletRefusal):
    """The letters' days do not follow one another, or one is still to come."""
