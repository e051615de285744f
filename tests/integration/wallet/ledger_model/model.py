"""What the rules say of every cent, in plain dictionaries: written from the schemes' texts, not from the service.

Nothing of `services/` or `rulebooks/` is imported here or by the model's parts: where the service and they differ, one
of them is wrong.
"""

from __future__ import annotations

from datetime import date

from tests.integration.wallet.ledger_model.books import Books
from tests.integration.wallet.ledger_model.budget import Budget
from tests.integration.wallet.ledger_model.cards import Cards
from tests.integration.wallet.ledger_model.rights import LAST_DAY
from tests.integration.wallet.ledger_model.staff import Staff
from tests.integration.wallet.ledger_model.till import Till
from tests.integration.wallet.ledger_model.vouchers import Vouchers


class Model:
    """Everything that must be so."""

    def __init__(self, today: date) -> None:
        self.books = Books(today)
        self.budget = Budget(self.books)
        self.cards = Cards(self.books)
        self.till = Till(self.books, self.cards)
        self.vouchers = Vouchers(self.books, self.cards)
        self.staff = Staff(self.books, self.till)

    def move_to(self, day: date) -> None:
        """Days pass: a later version begins, the season ends once, and what is left in a purse is lost after its own
        last day."""
        before, self.books.today = self.books.today, day
        if self.books.raises(day) and not self.books.raises(before):
            self.budget.apply_version()
            self.budget.serve_called()
        ends = before <= LAST_DAY < day
        if ends:
            self._end_season()
        for name, purse in self.books.purses.items():
            if purse.closes_on < day and purse.cents:
                self.books.expired[name[1]] += purse.cents
                purse.cents = 0

    def _end_season(self) -> None:
        """Vouchers go back, who waited for something is refused, and nobody waits for the budget any more."""
        for voucher in self.books.vouchers.values():
            if voucher.state == "open":
                self.books.release(voucher)
        for membership in self.books.memberships.values():
            membership.state = "ended" if membership.state == "active" else "refused"
        for line in self.books.line.values():
            line.clear()

    # --- Sums

    def by_kind(self) -> dict[str, int]:
        """Cents by kind of account; all of them are nothing."""
        books = self.books
        return {
            "authority": -sum(books.voted.values()),
            "envelope": sum(books.free.values()),
            "wallet": sum(purse.cents for purse in books.purses.values()),
            "hold": sum(voucher.cents for voucher in books.vouchers.values() if voucher.state == "open"),
            "partner": sum(self.paid().values()),
            "expired": sum(books.expired.values()),
        }

    def paid(self) -> dict[str, int]:
        """What stays with each partner."""
        sums = dict.fromkeys(self.books.accredited, 0)
        for debit in self.books.debits.values():
            sums[debit.partner] += debit.kept
        return sums
