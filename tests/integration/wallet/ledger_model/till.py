"""What happens at the till and at an operator's site: debits, top-ups, transfers, uses, and undoing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tests.integration.wallet.ledger_model.books import Books, Paid, Purse
from tests.integration.wallet.ledger_model.cards import Cards, Shown
from tests.integration.wallet.ledger_model.rights import (
    ALL,
    CANCEL_DAYS,
    HOLDER_PRESENT,
    LAST_DAY,
)


@dataclass
class Use:
    member: str
    benefit: str
    partner: str
    day: date
    cancelled: bool = False


class Till:
    def __init__(self, books: Books, cards: Cards) -> None:
        self._books = books
        self._cards = cards
        self.uses: dict[str, Use] = {}

    # --- Debits

    def debit(self, benefit: str, partner: str, cents: int, shown: Shown, secret: str) -> str:
        """ "paid", or why not; of the ledger nothing has changed then."""
        member = shown.card.member
        refused = self._spending_refused(member, benefit, partner, shown, secret)
        if refused:
            return refused
        purse = self._books.purses[member, benefit]
        return self._books.uses_refused(purse, cents) or self._lacks(purse, member, benefit, partner, cents) or "paid"

    def _spending_refused(self, member: str, benefit: str, partner: str, shown: Shown, secret: str) -> str:
        books, right = self._books, ALL[benefit]
        refused = self._taken_refused(benefit, shown, secret)
        if refused:
            return refused
        membership = books.memberships.get((member, right.scheme))
        state = membership.state if membership else ""
        if state != "active" and not (state == "ended" and right.life_months):
            return "membership_not_active"
        if books.suspended(member, benefit):
            return "benefit_suspended"
        if (member, benefit) not in books.purses:
            return "not_entitled"
        if books.closed(member, benefit):
            return "season_over"
        return self._partner_refused(benefit, partner)

    def _taken_refused(self, benefit: str, shown: Shown, secret: str) -> str:
        """What stands before every right: card, secret code, days and channel."""
        right = ALL[benefit]
        refused = self._cards.refused_at_till(shown, right.scheme, secret)
        if refused:
            return refused
        if right.life_months is None and self._books.today > LAST_DAY:
            return "season_over"
        return "" if shown.channel in right.channels else "channel_not_accepted"

    def _partner_refused(self, benefit: str, partner: str) -> str:
        right = ALL[benefit]
        categories = {category for scheme, category in self._books.accredited[partner] if scheme == right.scheme}
        if not categories:
            return "partner_not_accredited"
        return "" if right.category in categories else "wrong_category"

    # --- Top-ups

    def _lacks(self, purse: Purse, member: str, benefit: str, partner: str, cents: int) -> str:
        """What the purse lacks is added where who pays and who is paid allow it, and the envelope bears it."""
        lacking = cents - purse.cents
        if lacking <= 0:
            return ""
        if lacking > self._may_be_added(purse, member, partner):
            return "insufficient_balance"
        return "top_up_budget_spent" if lacking > self._books.free[benefit] else ""

    def _may_be_added(self, purse: Purse, member: str, partner: str) -> int:
        if self._books.persons[member].sex != "F":
            return 0
        sports = self._books.sports[partner]
        ceiling = next((cents for sport, cents in purse.right.top_ups.items() if sport in sports), 0)
        return max(0, ceiling - purse.added)

    def pay(self, debit_id: str, member: str, benefit: str, partner: str, cents: int) -> None:
        books, purse = self._books, self._books.purses[member, benefit]
        added = max(0, cents - purse.cents)
        books.free[benefit] -= added
        purse.cents += added
        purse.added += added
        uses = books.take(member, benefit, cents)
        books.debits[debit_id] = Paid(member, benefit, partner, cents, uses, books.today, added)

    # --- Moved out

    def transfer(self, benefit: str, partner: str, reference: str, shown: Shown) -> str:
        member = shown.card.member
        refused = self._spending_refused(member, benefit, partner, shown, "")
        if refused:
            return refused
        if (partner, reference) in self._books.references:
            return "reference_reused"
        purse = self._books.purses[member, benefit]
        if not purse.cents:
            return "nothing_to_transfer"
        return self._books.uses_refused(purse, purse.cents) or "paid"

    # --- Undone

    def cancel(self, debit_id: str, holder_present: bool) -> str:
        books, debit = self._books, self._books.debits[debit_id]
        if debit.cancelled:
            return "already_cancelled"
        if debit.clawed:
            return "clawed_back"
        scheme = ALL[debit.benefit].scheme
        if too_late := self._too_late(scheme, debit.day):
            return too_late
        if debit.day < books.today and debit.day in books.counted:
            return "debit_counted"
        if scheme in HOLDER_PRESENT and not holder_present:
            return "holder_not_present"
        self.undo(debit)
        return "done"

    def _too_late(self, scheme: str, day: date) -> str:
        days = CANCEL_DAYS[scheme]
        if self._books.today <= day + timedelta(days=days):
            return ""
        return "cancellation_window_over" if days else "cancellation_too_late"

    def undo(self, debit: Paid) -> None:
        """Into the purse, and what was added for it into the envelope; all into the envelope once the purse closed."""
        books, purse = self._books, self._books.purses[debit.member, debit.benefit]
        debit.cancelled = True
        purse.added -= debit.added
        if books.closed(debit.member, debit.benefit):
            books.give(debit.benefit, debit.cents)
            return
        books.give_back(debit.member, debit.benefit, debit.cents - debit.added, debit.uses)
        if debit.added:
            books.give(debit.benefit, debit.added)

    # --- Rights without cents

    def record_use(self, benefit: str, partner: str, shown: Shown) -> str:
        member = shown.card.member
        refused = self._taken_refused(benefit, shown, "")
        if refused:
            return refused
        right = ALL[benefit]
        if right.limit is None:
            return "not_an_access"
        if not self._books.is_member(member, right.scheme):
            return "membership_not_active"
        if self._books.suspended(member, benefit):
            return "benefit_suspended"
        count, per = right.limit
        refused = self._partner_refused(benefit, partner)
        if refused or len(self._taken(member, benefit)) < count:
            return refused or "done"
        return "access_used_up_for_good" if per == "season" else "access_used_up"

    def uses_left(self, member: str, benefit: str) -> int:
        limit = ALL[benefit].limit
        assert limit is not None
        return limit[0] - len(self._taken(member, benefit))

    def used(self, use_id: str, member: str, benefit: str, partner: str) -> None:
        self.uses[use_id] = Use(member, benefit, partner, self._books.today)

    def cancel_use(self, use_id: str) -> str:
        use = self.uses[use_id]
        if use.cancelled:
            return "use_already_cancelled"
        if too_late := self._too_late(ALL[use.benefit].scheme, use.day):
            return too_late
        use.cancelled = True
        return "done"

    def _taken(self, member: str, benefit: str) -> list[Use]:
        """In the season, or in the week from Monday."""
        limit = ALL[benefit].limit
        assert limit is not None
        monday = self._books.today - timedelta(days=self._books.today.weekday())
        since = date.min if limit[1] == "season" else monday
        return [
            use
            for use in self.uses.values()
            if (use.member, use.benefit) == (member, benefit) and not use.cancelled and use.day >= since
        ]
