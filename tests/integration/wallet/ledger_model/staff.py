"""What staff and payout put right: corrections by two persons, clawbacks, suspensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.integration.wallet.ledger_model.books import Bar, Books, Paid
from tests.integration.wallet.ledger_model.rights import ALL, LAST_DAY, SUSPENDS
from tests.integration.wallet.ledger_model.till import Till


@dataclass
class Correction:
    """Of a purse, or of the debit; `state`: proposed, confirmed or dropped."""

    by: str
    member: str
    benefit: str
    cents: int = 0
    uses: int = 0
    debit_id: str = ""
    state: str = "proposed"


class Staff:
    def __init__(self, books: Books, till: Till) -> None:
        self._books = books
        self._till = till
        self.corrections: dict[str, Correction] = {}
        self.clawbacks: dict[str, tuple[str, str, int]] = {}

    # --- Corrections

    def propose(self, wanted: Correction) -> str:
        """ "done", or why not; nothing moves."""
        if wanted.debit_id:
            return "already_cancelled" if self._books.debits[wanted.debit_id].cancelled else "done"
        purse = self._books.purses[wanted.member, wanted.benefit]
        if wanted.uses and purse.uses is None:
            return "uses_not_counted"
        return "wallet_closed" if self._books.closed(wanted.member, wanted.benefit) else "done"

    def confirm(self, correction_id: str, by: str) -> str:
        correction = self.corrections[correction_id]
        if correction.state != "proposed":
            return "correction_decided"
        if by == correction.by:
            return "second_person_needed"
        done = self._undo(correction) if correction.debit_id else self._adjust(correction)
        if done == "done":
            correction.state = "confirmed"
        return done

    def _undo(self, correction: Correction) -> str:
        books, debit = self._books, self._books.debits[correction.debit_id]
        if debit.day < books.today and debit.day in books.counted:
            return "debit_counted"
        if debit.cancelled:
            return "already_cancelled"
        if debit.clawed:
            return "clawed_back"
        self._till.undo(debit)
        return "done"

    def _adjust(self, correction: Correction) -> str:
        books, purse = self._books, self._books.purses[correction.member, correction.benefit]
        if books.closed(correction.member, correction.benefit):
            return "wallet_closed"
        if purse.cents + correction.cents < 0 or (purse.uses or 0) + correction.uses < 0:
            return "insufficient_balance"
        if correction.cents > books.free[correction.benefit]:
            return "envelope_spent"
        purse.cents += correction.cents
        if purse.uses is not None:
            purse.uses += correction.uses
        books.give(correction.benefit, -correction.cents)
        return "done"

    def drop(self, correction_id: str) -> str:
        correction = self.corrections[correction_id]
        if correction.state != "proposed":
            return "correction_decided"
        correction.state = "dropped"
        return "done"

    # --- Clawbacks

    def claw_back(self, clawback_id: str, debit_id: str, partner: str, cents: int) -> str:
        debit, told = self._books.debits[debit_id], (debit_id, partner, cents)
        if partner != debit.partner:
            return "unknown_debit"
        if clawback_id in self.clawbacks:
            return "done" if self.clawbacks[clawback_id] == told else "clawback_changed"
        if debit.cancelled:
            return "already_cancelled"
        if cents > debit.cents - debit.clawed:
            return "clawback_above_debit"
        self.clawbacks[clawback_id] = told
        self._claw(debit, cents)
        return "done"

    def _claw(self, debit: Paid, cents: int) -> None:
        debit.clawed += cents
        self._books.give(debit.benefit, cents)

    # --- Suspensions

    def suspend(self, member: str, scheme: str, benefits: list[str], until: date | None) -> str:
        books = self._books
        if not books.is_member(member, scheme):
            return "membership_not_active"
        if scheme not in SUSPENDS:
            return "no_suspension"
        if benefits and SUSPENDS[scheme] == "all":
            return "whole_suspension_only"
        if any(ALL[benefit].scheme != scheme for benefit in benefits):
            return "unknown_benefit"
        return "done" if books.today <= (until or LAST_DAY) <= LAST_DAY else "suspension_until_invalid"

    def suspended(self, suspension_id: str, member: str, scheme: str, benefits: list[str], until: date | None) -> None:
        self._books.bars[suspension_id] = Bar(member, scheme, frozenset(benefits), until or LAST_DAY)

    def lift(self, suspension_id: str) -> str:
        bar = self._books.bars[suspension_id]
        if bar.lifted:
            return "suspension_already_lifted"
        bar.lifted = True
        return "done"
