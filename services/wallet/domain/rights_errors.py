"""What the wallet refuses at the till of top-ups, of rights without cents and of transfers to another operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from services.wallet.domain.cents import euros
from services.wallet.domain.errors import WalletRefusal


@dataclass(eq=False)
class TopUpBudgetSpent(WalletRefusal):
    """The amount needs a top-up that the envelope cannot bear; `most_cents` is what may be taken all the same."""

    most_cents: int
    most: str = field(init=False)

    def __post_init__(self) -> None:
        self.most = euros(self.most_cents)


# --- Rights without cents


@dataclass(eq=False)
class NotAnAccess(WalletRefusal):
    """The benefit is counted in cents: it is debited, not recorded."""


@dataclass(eq=False)
class AccessUsedUp(WalletRefusal):
    """Every use of the period was recorded; the next is possible from `again_on`."""

    again_on: date


@dataclass(eq=False)
class AccessUsedUpForGood(WalletRefusal):
    """Every use of the season was recorded."""


@dataclass(eq=False)
class UnknownUse(WalletRefusal):
    """No such use at this partner."""


@dataclass(eq=False)
class UseAlreadyCancelled(WalletRefusal):
    """A use is cancelled once."""


# --- Transfers to another operator


@dataclass(eq=False)
class NothingToTransfer(WalletRefusal):
    """The wallet is empty: its balance was moved already."""


@dataclass(eq=False)
class ReferenceReused(WalletRefusal):
    """The operator made another transfer under this reference."""


@dataclass(eq=False)
class TransferNotYet(WalletRefusal):
    """The holder does not have the benefit today: the rulebook's own reason, which may pass."""

    kept: ClassVar[bool] = False
    sentence: str
