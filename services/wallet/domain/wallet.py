"""A person's wallet for one benefit: a balance that never goes below zero, moved by transfers only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import BalanceTooLow, VoucherAboveBalance
from services.wallet.domain.ledger import AccountKind, Act, Balance, Entry, Transfer, TransferKind


@dataclass(frozen=True, slots=True)
class Wallet:
    """`category` is the accreditation that a partner needs; both days of the window are included.

    `uses_left`: how many more debits, tickets or vouchers; None where uses are not counted.
    """

    wallet_id: UUID
    person_id: UUID
    membership_id: UUID
    envelope_id: UUID
    scheme: str
    season: str
    benefit: str
    category: str
    opens_on: date
    closes_on: date
    credited_cents: int = 0
    balance_cents: int = 0
    version: int = 0
    uses_left: int | None = None

    def credit(
        self, envelope: Envelope, amount_cents: int, transfer_id: UUID, act: Act, uses: int | None = None
    ) -> tuple[Wallet, Envelope, Transfer]:
        """Put cents in from an envelope that `can_credit` them, and uses where the benefit counts them."""
        envelope_after, side = envelope.take(amount_cents)
        after = replace(
            self._moved(amount_cents),
            credited_cents=self.credited_cents + amount_cents,
            uses_left=self.uses_left if uses is None else (self.uses_left or 0) + uses,
        )
        entries = (side, self._entry(amount_cents, after))
        transfer = Transfer(
            transfer_id, TransferKind.CREDIT, self.envelope_id, amount_cents, act, entries, self.wallet_id, uses=uses
        )
        return after, envelope_after, transfer

    def debit(self, payment: Payment, transfer_id: UUID, act: Act) -> tuple[Wallet, Transfer]:
        """Pay a partner. Raises BalanceTooLow."""
        amount_cents = payment.amount_cents
        if amount_cents > self.balance_cents:
            raise BalanceTooLow(self.balance_cents)
        after = self._moved(-amount_cents, -payment.uses)
        entries = (
            self._entry(-amount_cents, after),
            Entry(AccountKind.PARTNER, payment.partner_id, amount_cents),
        )
        return after, self._payment(TransferKind.DEBIT, payment, transfer_id, act, entries)

    def undo(self, debit: PastDebit, transfer_id: UUID, act: Act) -> tuple[Wallet, Transfer]:
        """Give a whole debit back, with the uses that it took."""
        after = self._moved(debit.amount_cents, debit.uses)
        entries = (
            Entry(AccountKind.PARTNER, debit.partner_id, -debit.amount_cents),
            self._entry(debit.amount_cents, after),
        )
        return after, Transfer(
            transfer_id,
            TransferKind.CANCEL,
            self.envelope_id,
            debit.amount_cents,
            act,
            entries,
            self.wallet_id,
            debit.partner_id,
            debit.category,
            cancels=debit.debit_id,
            uses=self._counted(debit.uses),
        )

    def give_back(
        self, envelope: Envelope, amount_cents: int, transfer_id: UUID, act: Act
    ) -> tuple[Wallet, Envelope, Transfer]:
        """Return to the envelope what was credited for a debit that is undone."""
        envelope_after, side = envelope.give(amount_cents)
        after = replace(self._moved(-amount_cents), credited_cents=self.credited_cents - amount_cents)
        entries = (self._entry(-amount_cents, after), side)
        return after, envelope_after, self._transfer(TransferKind.RETURN, amount_cents, transfer_id, act, entries)

    def hold(
        self, voucher_id: UUID, amount_cents: int, uses: int, transfer_id: UUID, act: Act
    ) -> tuple[Wallet, Transfer]:
        """Reserve cents, and the uses that they take, for a voucher. Raises VoucherAboveBalance."""
        if amount_cents > self.balance_cents:
            raise VoucherAboveBalance(self.balance_cents)
        after = self._moved(-amount_cents, -uses)
        entries = (self._entry(-amount_cents, after), Entry(AccountKind.HOLD, voucher_id, amount_cents))
        return after, self._transfer(TransferKind.HOLD, amount_cents, transfer_id, act, entries, uses)

    def release(
        self, voucher_id: UUID, amount_cents: int, uses: int, transfer_id: UUID, act: Act
    ) -> tuple[Wallet, Transfer]:
        """Take a voucher's cents and uses back, whole or what the partner left of them."""
        after = self._moved(amount_cents, uses)
        entries = (Entry(AccountKind.HOLD, voucher_id, -amount_cents), self._entry(amount_cents, after))
        return after, self._transfer(TransferKind.RELEASE, amount_cents, transfer_id, act, entries, uses)

    def capture(self, voucher_id: UUID, payment: Payment, transfer_id: UUID, act: Act) -> Transfer:
        """Pay a partner from a voucher's cents: the wallet gave them at the hold and does not move."""
        entries = (
            Entry(AccountKind.HOLD, voucher_id, -payment.amount_cents),
            Entry(AccountKind.PARTNER, payment.partner_id, payment.amount_cents),
        )
        return self._payment(TransferKind.CAPTURE, payment, transfer_id, act, entries)

    def expire(self, transfer_id: UUID, act: Act) -> tuple[Wallet, Transfer]:
        """Take what is left (more than 0) at the season's end: lost, not allocated again (règlement 2025-2026,
        §2.4)."""
        left_cents = self.balance_cents
        after = self._moved(-left_cents)
        entries = (
            self._entry(-left_cents, after),
            Entry(AccountKind.EXPIRED, self.envelope_id, left_cents),
        )
        return after, self._transfer(TransferKind.EXPIRE, left_cents, transfer_id, act, entries)

    def _payment(
        self, kind: TransferKind, payment: Payment, transfer_id: UUID, act: Act, entries: tuple[Entry, Entry]
    ) -> Transfer:
        return Transfer(
            transfer_id,
            kind,
            self.envelope_id,
            payment.amount_cents,
            act,
            entries,
            self.wallet_id,
            payment.partner_id,
            self.category,
            uses=self._counted(payment.uses),
            channel=payment.channel,
        )

    def correct(
        self, envelope: Envelope, correction: Adjustment, transfer_id: UUID, act: Act
    ) -> tuple[Wallet, Envelope, Transfer]:
        """Add cents and uses from the envelope, or give them back to it. Raises BalanceTooLow, EnvelopeSpent."""
        cents, uses = correction.amount_cents, correction.uses
        if self.balance_cents + cents < 0 or (self.uses_left or 0) + uses < 0:
            raise BalanceTooLow(self.balance_cents)
        envelope_after, side = envelope.take(cents) if cents > 0 else envelope.give(-cents)
        after = replace(self._moved(cents, uses), credited_cents=self.credited_cents + cents)
        entries = (side, self._entry(cents, after))
        moved = self._transfer(TransferKind.CORRECTION, abs(cents), transfer_id, act, entries, abs(uses))
        return after, envelope_after, moved

    def _transfer(
        self,
        kind: TransferKind,
        amount_cents: int,
        transfer_id: UUID,
        act: Act,
        entries: tuple[Entry, Entry],
        uses: int = 0,
    ) -> Transfer:
        counted = self._counted(uses)
        return Transfer(transfer_id, kind, self.envelope_id, amount_cents, act, entries, self.wallet_id, uses=counted)

    def _moved(self, amount_cents: int, uses: int = 0) -> Wallet:
        return Wallet(  # each debit's: `replace` asks each field its name
            self.wallet_id,
            self.person_id,
            self.membership_id,
            self.envelope_id,
            self.scheme,
            self.season,
            self.benefit,
            self.category,
            self.opens_on,
            self.closes_on,
            self.credited_cents,
            self.balance_cents + amount_cents,
            self.version + 1,
            None if self.uses_left is None else self.uses_left + uses,
        )

    def _counted(self, uses: int) -> int | None:
        return None if self.uses_left is None else uses

    def _entry(self, amount_cents: int, after: Wallet) -> Entry:
        balance = Balance(self.balance_cents, after.balance_cents, after.version)
        return Entry(AccountKind.WALLET, self.wallet_id, amount_cents, balance)


@dataclass(frozen=True, slots=True)
class Payment:
    """What a partner takes: cents and the uses that they cost, by a channel of the rulebook."""

    partner_id: UUID
    amount_cents: int
    uses: int
    channel: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What staff add to a wallet, or take from it where both are negative; `uses` where the benefit counts them."""

    amount_cents: int
    uses: int = 0


@dataclass(frozen=True, slots=True)
class PastDebit:
    """A recorded debit, as what undoes it needs it. `uses`: that it took, 0 where they are not counted."""

    debit_id: UUID
    wallet_id: UUID
    partner_id: UUID
    category: str
    amount_cents: int
    business_day: date
    rulebook_hash: str
    cancelled: bool = False
    uses: int = 0
    clawed_back_cents: int = 0
