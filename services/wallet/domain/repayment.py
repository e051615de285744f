"""Money that a partner gives back to the authority's budget, and not to a wallet: what is undone once the wallet is
closed, and what payout claws back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from rulebooks import Benefit
from services.wallet.domain.budget_errors import ClawbackAboveDebit, ClawedBack, WalletClosed
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import AlreadyCancelled
from services.wallet.domain.ledger import AccountKind, Act, Entry, Transfer, TransferKind
from services.wallet.domain.spending import last_day
from services.wallet.domain.wallet import PastDebit, Wallet


def is_closed(benefit: Benefit, wallet: Wallet, on: date) -> bool:
    """Whether the wallet's last day is over: what it held is lost, and nothing goes into it any more."""
    return last_day(benefit, wallet.closes_on) < on


def check_not_closed(benefit: Benefit, wallet: Wallet, on: date) -> None:
    """Raises WalletClosed."""
    if is_closed(benefit, wallet, on):
        raise WalletClosed(last_day(benefit, wallet.closes_on))


def check_not_undone(debit: PastDebit) -> None:
    """Raises AlreadyCancelled, ClawedBack."""
    if debit.cancelled:
        raise AlreadyCancelled
    if debit.clawed_back_cents:
        raise ClawedBack


def undo_to_envelope(envelope: Envelope, debit: PastDebit, transfer_id: UUID, act: Act) -> tuple[Envelope, Transfer]:
    """Undo a whole debit of a wallet that is closed: the cents may be credited to somebody else, no use comes back."""
    after, side = envelope.give(debit.amount_cents)
    entries = (Entry(AccountKind.PARTNER, debit.partner_id, -debit.amount_cents), side)
    return after, Transfer(
        transfer_id,
        TransferKind.CANCEL,
        envelope.envelope_id,
        debit.amount_cents,
        act,
        entries,
        debit.wallet_id,
        debit.partner_id,
        debit.category,
        cancels=debit.debit_id,
    )


def claw_back(
    envelope: Envelope, debit: PastDebit, amount_cents: int, transfer_id: UUID, act: Act
) -> tuple[Envelope, Transfer]:
    """Cents of a debit that its partner owes back, never more than it was paid.

    The transfer names the wallet that paid, which does not move, and no partner: it is no movement of a partner's day,
    payout has it in its own books. Raises AlreadyCancelled, ClawbackAboveDebit.
    """
    if debit.cancelled:
        raise AlreadyCancelled
    left_cents = debit.amount_cents - debit.clawed_back_cents
    if amount_cents > left_cents:
        raise ClawbackAboveDebit(left_cents)
    after, side = envelope.give(amount_cents)
    entries = (Entry(AccountKind.PARTNER, debit.partner_id, -amount_cents), side)
    return after, Transfer(
        transfer_id, TransferKind.CLAWBACK, envelope.envelope_id, amount_cents, act, entries, debit.wallet_id
    )
