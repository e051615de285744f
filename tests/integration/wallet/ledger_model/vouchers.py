"""Vouchers: a part of a purse that is reserved for one partner."""

from __future__ import annotations

from tests.integration.wallet.ledger_model.books import Books, Paid, Voucher
from tests.integration.wallet.ledger_model.cards import Cards
from tests.integration.wallet.ledger_model.rights import ALL, LAST_DAY


class Vouchers:
    def __init__(self, books: Books, cards: Cards) -> None:
        self._books = books
        self._cards = cards

    def reserve(self, member: str, benefit: str, partner: str, cents: int) -> str:
        books, right = self._books, ALL[benefit]
        if "voucher" not in right.channels:
            return "no_voucher_for_benefit"
        if books.today > LAST_DAY:
            return "season_over"
        if (right.scheme, right.category) not in books.accredited[partner]:
            return "partner_not_for_benefit"
        purse = books.purses.get((member, benefit))
        if purse is None:
            return "no_wallet_for_voucher"
        if books.suspended(member, benefit):
            return "benefit_suspended"
        return books.uses_refused(purse, cents) or ("voucher_above_balance" if cents > purse.cents else "done")

    def hold(self, voucher_id: str, member: str, benefit: str, partner: str, cents: int) -> None:
        uses = self._books.take(member, benefit, cents)
        self._books.vouchers[voucher_id] = Voucher(member, benefit, partner, cents, uses)

    def redeem(self, voucher_id: str, partner: str, cents: int) -> str:
        """ "paid", or why not. Where too many wrong codes were typed, a voucher's waits too."""
        if not self._cards.may_type(None, partner):
            return "too_many_wrong_codes"
        return self.read(voucher_id, partner) or self._amount_refused(self._books.vouchers[voucher_id], cents) or "paid"

    def read(self, voucher_id: str, partner: str) -> str:
        """ "", or why it would be refused whatever its amount."""
        books, voucher = self._books, self._books.vouchers[voucher_id]
        if partner != voucher.partner:
            return "voucher_of_another_partner"
        if voucher.state == "redeemed":
            return "voucher_already_redeemed"
        if books.today > LAST_DAY:
            return "voucher_expired"
        if voucher.state == "released":
            return "voucher_released"
        return "benefit_suspended" if books.suspended(voucher.member, voucher.benefit) else ""

    @staticmethod
    def _amount_refused(voucher: Voucher, cents: int) -> str:
        if cents > voucher.cents:
            return "above_voucher"
        return "whole_amount_only" if ALL[voucher.benefit].whole and cents != voucher.cents else ""

    def capture(self, voucher_id: str, debit_id: str, cents: int) -> None:
        """The rest goes back; the uses are taken."""
        books, voucher = self._books, self._books.vouchers[voucher_id]
        voucher.state = "redeemed"
        taken = ALL[voucher.benefit].uses_of(cents)
        books.give_back(voucher.member, voucher.benefit, voucher.cents - cents, voucher.uses - taken)
        books.debits[debit_id] = Paid(voucher.member, voucher.benefit, voucher.partner, cents, taken, books.today)

    def release(self, voucher_id: str) -> str:
        voucher = self._books.vouchers[voucher_id]
        if voucher.state != "open":
            return {"redeemed": "voucher_already_redeemed", "released": "voucher_released"}[voucher.state]
        self._books.release(voucher)
        return "done"

    def stop(self, partner: str, scheme: str, category: str) -> None:
        """At once: the partner's open vouchers of the category are given back."""
        self._books.accredited[partner].discard((scheme, category))
        for voucher in self._books.vouchers.values():
            right = ALL[voucher.benefit]
            taken = (voucher.partner, right.scheme, right.category) == (partner, scheme, category)
            if voucher.state == "open" and taken:
                self._books.release(voucher)
