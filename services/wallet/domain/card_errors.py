"""What the wallet refuses of cards, at the till and to their holders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.wallet.domain.errors import WalletRefusal

# --- At the till


@dataclass(eq=False)
class CardReplaced(WalletRefusal):
    """Another card of the same form took its place."""


@dataclass(eq=False)
class CardNotActivated(WalletRefusal):
    """The card waits for its holder to pair it with their account."""

    kept: ClassVar[bool] = False


@dataclass(eq=False)
class CardOfPastSeason(WalletRefusal):
    """The card lasted a season, which is over."""

    last_day: date


@dataclass(eq=False)
class CardFormNotTaken(WalletRefusal):
    """The scheme of this benefit knows no card of this form."""


# --- The holder's cards


@dataclass(eq=False)
class CardFormNotOffered(WalletRefusal):
    """None of the person's active schemes gives a card of this form."""


@dataclass(eq=False)
class AppCardOpposed(WalletRefusal):
    """The app's card was reported lost or stolen, and not replaced yet."""


@dataclass(eq=False)
class NoCardToOppose(WalletRefusal):
    """The person has no card in use, or the one named is over already."""


@dataclass(eq=False)
class OppositionNotOffered(WalletRefusal):
    """The rulebook leaves it to the authority to block a card."""


@dataclass(eq=False)
class UnknownPairingCode(WalletRefusal):
    """No card bears this code."""


@dataclass(eq=False)
class CardAlreadyPaired(WalletRefusal):
    """The card is in use, or is over, or is made for somebody else."""


@dataclass(eq=False)
class TooManyPairings(WalletRefusal):
    """The account typed too many wrong card codes in the last minutes."""

    kept: ClassVar[bool] = False


@dataclass(eq=False)
class CardOrderUnderWay(WalletRefusal):
    """The person has ordered a card that has not come yet."""


@dataclass(eq=False)
class PostalAddressMissing(WalletRefusal):
    """A card that is sent needs an address."""


@dataclass(eq=False)
class PhotoMissing(WalletRefusal):
    """The rulebook has the cashier check a photo, which is printed on the card."""


@dataclass(eq=False)
class NoOrderWaits(WalletRefusal):
    """No order of this season waits for a batch."""

    kept: ClassVar[bool] = False


@dataclass(eq=False)
class UnknownBatch(WalletRefusal):
    """No such batch of cards."""


@dataclass(eq=False)
class BatchSent(WalletRefusal):
    """The batch was sent: its codes are not kept any more."""


@dataclass(eq=False)
class HolderNotShown(WalletRefusal):
    """The rulebook has the cashier check neither name nor photo."""
