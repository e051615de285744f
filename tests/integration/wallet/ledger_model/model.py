"""What the rules say of every cent, in plain dictionaries: written from the schemes' texts, not from the service.

Nothing of `services/` is imported here: where the service and this page differ, one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

LAST_DAY = date(2026, 6, 30)
LAST_JOIN = {"culture-sport": date(2026, 6, 30), "guichet": date(2026, 5, 31)}
CULTURE, TILL = "culture-sport", "guichet"


@dataclass(frozen=True)
class Right:
    """A benefit as its règlement tells it. `uses`: how many, where they are counted; `unit_cents`: a ticket's or a
    voucher's price."""

    scheme: str
    cents: int
    category: str
    channels: frozenset[str]
    uses: int | None = None
    unit_cents: int = 0
    whole_units: bool = False
    once: bool = False
    whole: bool = False

    def uses_of(self, amount: int) -> int:
        """How many uses an amount takes."""
        if self.once:
            return 1
        return -(-amount // self.unit_cents) if self.unit_cents else 0


_CARD = frozenset({"qr", "number", "till"})
_EVERY = _CARD | {"terminal", "nfc"}
RIGHTS = {
    "spectacle": Right(CULTURE, 3000, "spectacle", _CARD),
    "cinema": Right(CULTURE, 2000, "cinema", _CARD),
    "pratique": Right(CULTURE, 3000, "pratique", _CARD | {"voucher"}),
    "dispositif-local": Right(CULTURE, 500, "dispositif-local", _CARD),
    "rollon": Right(CULTURE, 1000, "rollon", frozenset(), uses=1, once=True),
    "livres": Right(TILL, 5000, "essai", _EVERY | {"voucher"}),
    "licence": Right(TILL, 3000, "essai", _EVERY | {"voucher"}, uses=1, once=True),
    "cours": Right(TILL, 2500, "essai", _EVERY | {"voucher"}, whole=True),
    "places": Right(TILL, 2500, "essai", _EVERY, uses=5, unit_cents=500, whole_units=True),
    "bons": Right(TILL, 3000, "essai", _EVERY, uses=2, unit_cents=1500),
}
# A scheme that is closed once its budget is spent takes no new member; the other one only leaves the benefit out.
CLOSES_WHEN_SPENT = {CULTURE}
# How many days after the debit it may be undone, and whether the holder has to be there.
CANCEL_DAYS = {CULTURE: 0, TILL: 3}


@dataclass
class Purse:
    """A wallet: cents and uses left."""

    right: Right
    cents: int
    uses: int | None


@dataclass
class Voucher:
    member: str
    benefit: str
    partner: str
    cents: int
    uses: int
    state: str = "open"


@dataclass
class Paid:
    """A debit, by card or by voucher."""

    member: str
    benefit: str
    partner: str
    cents: int
    uses: int
    day: date
    cancelled: bool = False


@dataclass
class Model:
    """Everything that must be so. Members, partners, vouchers and debits are known by names or ids."""

    today: date
    voted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RIGHTS, 0))
    free: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RIGHTS, 0))
    purses: dict[tuple[str, str], Purse] = field(default_factory=dict)
    schemes_of: dict[str, set[str]] = field(default_factory=dict)
    accredited: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    debits: dict[str, Paid] = field(default_factory=dict)
    counted: set[date] = field(default_factory=set)
    expired: int = 0
    secret: dict[str, str] = field(default_factory=dict)

    # --- Budget and members

    def vote(self, benefit: str, cents: int) -> None:
        self.voted[benefit] += cents
        self.free[benefit] += cents

    def join(self, member: str, scheme: str) -> str:
        """A new member gets each benefit that its envelope bears; "budget épuisé" for the rest."""
        if self.today > LAST_JOIN[scheme]:
            return "join_closed"
        rights = {name: right for name, right in RIGHTS.items() if right.scheme == scheme}
        if scheme in CLOSES_WHEN_SPENT and any(
            self.voted[name] and self.free[name] < right.cents for name, right in rights.items()
        ):
            return "budget_spent"
        self.schemes_of.setdefault(member, set()).add(scheme)
        for name, right in rights.items():
            if self.free[name] >= right.cents:
                self.free[name] -= right.cents
                self.purses[member, name] = Purse(right, right.cents, right.uses)
        return "done"

    # --- The till

    def debit(self, member: str, benefit: str, partner: str, cents: int, channel: str, secret: str) -> str:
        """ "paid", or why not; nothing has changed then."""
        right = RIGHTS[benefit]
        refused = self._secret_refused(member, right, channel, secret) or self._spending_refused(
            member, benefit, partner, channel
        )
        if refused:
            return refused
        purse = self.purses[member, benefit]
        return self._uses_refused(purse, cents) or ("insufficient_balance" if cents > purse.cents else "paid")

    def _secret_refused(self, member: str, right: Right, channel: str, secret: str) -> str:
        if right.scheme != TILL or channel not in ("terminal", "nfc"):
            return ""
        if member not in self.secret:
            return "secret_code_not_chosen"
        if channel == "nfc":
            return ""
        if not secret:
            return "secret_code_missing"
        return "" if secret == self.secret[member] else "secret_code_wrong"

    def _spending_refused(self, member: str, benefit: str, partner: str, channel: str) -> str:
        right = RIGHTS[benefit]
        if self.today > LAST_DAY:
            return "season_over"
        if channel not in right.channels:
            return "channel_not_accepted"
        if right.scheme not in self.schemes_of.get(member, ()):
            return "membership_not_active"
        if (member, benefit) not in self.purses:
            return "not_entitled"
        categories = {category for scheme, category in self.accredited[partner] if scheme == right.scheme}
        if not categories:
            return "partner_not_accredited"
        return "" if right.category in categories else "wrong_category"

    @staticmethod
    def _uses_refused(purse: Purse, cents: int) -> str:
        right = purse.right
        if purse.uses == 0:
            return "no_use_left"
        if right.whole and cents != purse.cents:
            return "whole_amount_only"
        if right.whole_units and cents % right.unit_cents:
            return "whole_tickets_only"
        return "not_enough_uses" if purse.uses is not None and right.uses_of(cents) > purse.uses else ""

    def pay(self, debit_id: str, member: str, benefit: str, partner: str, cents: int) -> None:
        uses = self._take(member, benefit, cents)
        self.debits[debit_id] = Paid(member, benefit, partner, cents, uses, self.today)

    def _take(self, member: str, benefit: str, cents: int) -> int:
        purse = self.purses[member, benefit]
        uses = purse.right.uses_of(cents)
        purse.cents -= cents
        if purse.uses is not None:
            purse.uses -= uses
        return uses

    def _give_back(self, member: str, benefit: str, cents: int, uses: int) -> None:
        purse = self.purses[member, benefit]
        purse.cents += cents
        if purse.uses is not None:
            purse.uses += uses

    def cancel(self, debit_id: str, holder_present: bool) -> str:
        debit = self.debits[debit_id]
        right = RIGHTS[debit.benefit]
        if debit.cancelled:
            return "already_cancelled"
        days = CANCEL_DAYS[right.scheme]
        if self.today > debit.day + timedelta(days=days):
            return "cancellation_window_over" if days else "cancellation_too_late"
        if debit.day < self.today and debit.day in self.counted:
            return "debit_counted"
        if right.scheme == TILL and not holder_present:
            return "holder_not_present"
        debit.cancelled = True
        self._give_back(debit.member, debit.benefit, debit.cents, debit.uses)
        return "done"

    # --- Vouchers

    def reserve(self, member: str, benefit: str, partner: str, cents: int) -> str:
        right = RIGHTS[benefit]
        if "voucher" not in right.channels:
            return "no_voucher_for_benefit"
        if self.today > LAST_DAY:
            return "season_over"
        if (right.scheme, right.category) not in self.accredited[partner]:
            return "partner_not_for_benefit"
        purse = self.purses.get((member, benefit))
        if purse is None:
            return "no_wallet_for_voucher"
        return self._uses_refused(purse, cents) or ("voucher_above_balance" if cents > purse.cents else "done")

    def hold(self, voucher_id: str, member: str, benefit: str, partner: str, cents: int) -> None:
        uses = self._take(member, benefit, cents)
        self.vouchers[voucher_id] = Voucher(member, benefit, partner, cents, uses)

    def redeem(self, voucher_id: str, partner: str, cents: int) -> str:
        """ "paid", or why not."""
        voucher = self.vouchers[voucher_id]
        if partner != voucher.partner:
            return "voucher_of_another_partner"
        if voucher.state == "redeemed":
            return "voucher_already_redeemed"
        if self.today > LAST_DAY:
            return "voucher_expired"
        if voucher.state == "released":
            return "voucher_released"
        if RIGHTS[voucher.benefit].whole and cents != voucher.cents:
            return "whole_amount_only"
        return "above_voucher" if cents > voucher.cents else "paid"

    def capture(self, voucher_id: str, debit_id: str, cents: int) -> None:
        """The rest goes back; the uses are taken."""
        voucher = self.vouchers[voucher_id]
        voucher.state = "redeemed"
        right = RIGHTS[voucher.benefit]
        taken = right.uses_of(cents)
        self._give_back(voucher.member, voucher.benefit, voucher.cents - cents, voucher.uses - taken)
        self.debits[debit_id] = Paid(voucher.member, voucher.benefit, voucher.partner, cents, taken, self.today)

    def release(self, voucher_id: str) -> str:
        voucher = self.vouchers[voucher_id]
        if voucher.state != "open":
            return {"redeemed": "voucher_already_redeemed", "released": "voucher_released"}[voucher.state]
        self._release(voucher)
        return "done"

    def _release(self, voucher: Voucher) -> None:
        voucher.state = "released"
        self._give_back(voucher.member, voucher.benefit, voucher.cents, voucher.uses)

    # --- Partners and days

    def stop(self, partner: str, scheme: str, category: str) -> None:
        """At once: its open vouchers of the category are given back."""
        self.accredited[partner].discard((scheme, category))
        for voucher in self.vouchers.values():
            right = RIGHTS[voucher.benefit]
            if voucher.state == "open" and voucher.partner == partner and right.category == category:
                self._release(voucher)

    def move_to(self, day: date) -> None:
        """The season's end, once: vouchers go back, and what is left is lost."""
        ends = self.today <= LAST_DAY < day
        self.today = day
        if not ends:
            return
        for voucher in self.vouchers.values():
            if voucher.state == "open":
                self._release(voucher)
        for purse in self.purses.values():
            self.expired += purse.cents
            purse.cents = 0

    # --- Sums

    def reserved(self) -> int:
        return sum(voucher.cents for voucher in self.vouchers.values() if voucher.state == "open")

    def paid(self) -> dict[str, int]:
        """What stays with each partner."""
        sums = dict.fromkeys(self.accredited, 0)
        for debit in self.debits.values():
            sums[debit.partner] += 0 if debit.cancelled else debit.cents
        return sums
