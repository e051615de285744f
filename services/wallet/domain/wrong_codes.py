"""How many wrong codes may be typed, in ten minutes of machine time, before one must wait.

The outer limit is the partner's, which its devices and accounts share. A device's own is lower, so that one till that
is misused leaves the others at work. A card's holds over all partners: nobody guesses at one card from many tills.
Only typed codes wait, right ones too, or guessing would go on; what is scanned passes.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.wallet.domain.card_errors import TooManyPairings
from services.wallet.domain.errors import TooManyWrongCodes

WINDOW_S = 600
PARTNER_LIMIT = 20
DEVICE_LIMIT = 10
CARD_LIMIT = 10
# A holder who copies a card's letters by hand makes a mistake or two.
ACCOUNT_LIMIT = 5


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """Those of late: of the partner, of its device, and of the card whose number was typed."""

    partner: int = 0
    device: int = 0
    card: int = 0

    def check_few(self) -> None:
        """Raises TooManyWrongCodes."""
        if self.partner >= PARTNER_LIMIT or self.device >= DEVICE_LIMIT or self.card >= CARD_LIMIT:
            raise TooManyWrongCodes


def check_may_pair(of_account: int) -> None:
    """Raises TooManyPairings."""
    if of_account >= ACCOUNT_LIMIT:
        raise TooManyPairings


NONE = WrongCodes()
