"""What the demo itself saw acknowledged: its own list, against which the platform's pages are held."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from demo.client import Json, Refused


class StoryBroken(Exception):
    """The platform did otherwise than the story says it must."""


@dataclass(frozen=True)
class Purchase:
    """A debit that was acknowledged; `key` is the one that the till sent."""

    debit_id: str
    partner_id: str
    amount_cents: int
    key: str


@dataclass
class Record:
    """Acknowledged debits and cancellations, and refusals by their reason. Threads write to it."""

    purchases: dict[str, Purchase] = field(default_factory=dict)
    cancelled: dict[str, int] = field(default_factory=dict)
    debits_refused: Counter[str] = field(default_factory=Counter)
    members_refused: Counter[str] = field(default_factory=Counter)
    held_partners: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def debited(self, partner_id: str, key: str, receipt: Json) -> Purchase:
        purchase = Purchase(receipt["debit_id"], partner_id, int(receipt["amount_cents"]), key)
        with self._lock:
            self.purchases[purchase.debit_id] = purchase
        return purchase

    def made_with(self, key: str) -> Purchase:
        """The purchase that a till made under that key."""
        return next(purchase for purchase in self.purchases.values() if purchase.key == key)

    def undone(self, debit_id: str, amount_cents: int) -> None:
        with self._lock:
            self.cancelled[debit_id] = amount_cents

    def debit_refused(self, refusal: Refused) -> None:
        with self._lock:
            self.debits_refused[refusal.code] += 1

    def member_refused(self, refusal: Refused) -> None:
        with self._lock:
            self.members_refused[refusal.code] += 1

    @property
    def cancelled_cents(self) -> int:
        return sum(self.cancelled.values())
