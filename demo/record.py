"""What the demo itself saw acknowledged: its own list, against which the platform's pages are held."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from demo.client import Json, Refused
from demo.draw_check import DrawCheck


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
    """Acknowledged debits and cancellations, and refusals by their reason. Threads write to it.

    `printed` holds what stands on cards in plastic, by their id; `topped_up_cents` what tills added.

    `linked` holds the pairwise id under which the neighbour knows a person, by slug; `mails_*` count by kind.
    """

    purchases: dict[str, Purchase] = field(default_factory=dict)
    captured: dict[str, int] = field(default_factory=dict)
    cancelled: dict[str, int] = field(default_factory=dict)
    debits_refused: Counter[str] = field(default_factory=Counter)
    members_refused: Counter[str] = field(default_factory=Counter)
    vouchers_refused: Counter[str] = field(default_factory=Counter)
    offers_refused: Counter[str] = field(default_factory=Counter)
    kinds_refused: Counter[str] = field(default_factory=Counter)
    uses_recorded: int = 0
    uses_cancelled: int = 0
    topped_up_cents: int = 0
    printed: dict[str, str] = field(default_factory=dict)
    held_partners: set[str] = field(default_factory=set)
    fees_cents: int = 0
    free_memberships: int = 0
    vouchers: dict[str, Json] = field(default_factory=dict)
    offers: dict[str, Json] = field(default_factory=dict)
    draw_registrations: set[str] = field(default_factory=set)
    draws: list[DrawCheck] = field(default_factory=list)
    linked: dict[str, str] = field(default_factory=dict)
    neighbour_refused: Counter[str] = field(default_factory=Counter)
    places_given: int = 0
    live_notice_ms: int | None = None
    mails_expected: Counter[str] = field(default_factory=Counter)
    mails_arrived: Counter[str] = field(default_factory=Counter)
    mails_repeated: int = 0
    mails_contradicting: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def debited(self, partner_id: str, key: str, receipt: Json) -> Purchase:
        purchase = Purchase(receipt["debit_id"], partner_id, int(receipt["amount_cents"]), key)
        with self._lock:
            self.purchases[purchase.debit_id] = purchase
        return purchase

    def redeemed(self, partner_id: str, key: str, receipt: Json) -> Purchase:
        """What a partner took of a voucher: a debit like any other."""
        purchase = self.debited(partner_id, key, receipt)
        with self._lock:
            self.captured[purchase.debit_id] = purchase.amount_cents
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

    def expect_mail(self, kind: str) -> None:
        """Somebody did what a mail of this kind must follow."""
        with self._lock:
            self.mails_expected[kind] += 1

    def voucher_refused(self, refusal: Refused) -> None:
        with self._lock:
            self.vouchers_refused[refusal.code] += 1

    def kind_refused(self, refusal: Refused) -> None:
        """A card, a right or a correction was refused, beyond ordinary purchases."""
        with self._lock:
            self.kinds_refused[refusal.code] += 1

    def offer_refused(self, refusal: Refused) -> None:
        with self._lock:
            self.offers_refused[refusal.code] += 1

    @property
    def captured_cents(self) -> int:
        return sum(self.captured.values())

    @property
    def cancelled_cents(self) -> int:
        return sum(self.cancelled.values())
