"""What is added to a wallet at the till, because of who its holder and the partner are: only what the debit lacks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import BalanceTooLow
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.rights_errors import TopUpBudgetSpent
from services.wallet.domain.wallet import Wallet


@dataclass(frozen=True, slots=True)
class TopUpOffer:
    """A wallet may be topped up to `ceiling_cents` in all; `added_cents` was added before, by whatever rule: top-ups
    are never summed. `envelope` is locked; `kept_cents` of it are for those who stand in its line."""

    code: str
    ceiling_cents: int
    added_cents: int
    envelope: Envelope
    kept_cents: int = 0

    @property
    def left_cents(self) -> int:
        return max(0, self.ceiling_cents - self.added_cents)

    @property
    def bearable_cents(self) -> int:
        """As far as the envelope goes, once its line is served."""
        return max(0, min(self.left_cents, self.envelope.unallocated_cents - self.kept_cents))


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """The wallet and its envelope after the credit; `offer`: what may be added from then on."""

    wallet: Wallet
    offer: TopUpOffer
    transfer: Transfer


def most_cents(balance_cents: int, offer: TopUpOffer | None) -> int:
    """What a debit may take by rule, whatever the envelope bears."""
    return balance_cents + (offer.left_cents if offer else 0)


def top_up(wallet: Wallet, offer: TopUpOffer | None, amount_cents: int, act: Act) -> ToppedUp | None:
    """Credit what the amount lacks. None where it lacks nothing, or nothing may be added.

    Raises BalanceTooLow where it lacks more than the rule adds, TopUpBudgetSpent where the envelope cannot bear it
    beside those who wait for it.
    """
    lacking_cents = amount_cents - wallet.balance_cents
    if offer is None or lacking_cents <= 0:
        return None
    if lacking_cents > offer.left_cents:
        raise BalanceTooLow(wallet.balance_cents + offer.bearable_cents)
    if lacking_cents > offer.bearable_cents:
        raise TopUpBudgetSpent(wallet.balance_cents + offer.bearable_cents)
    uses = None if wallet.uses_left is None else 0
    filled, envelope, transfer = wallet.credit(offer.envelope, lacking_cents, uuid.uuid4(), act, uses)
    return ToppedUp(filled, replace(offer, added_cents=offer.added_cents + lacking_cents, envelope=envelope), transfer)
