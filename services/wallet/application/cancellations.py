"""Undoing a debit: by the same partner, within the window of the rulebook in force on the day of it, once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.crediting import act_of, call_line
from services.wallet.application.facts_told import debit_cancelled, tell_moved
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.movement_days import hold_day
from services.wallet.application.rules import Rules
from services.wallet.domain.cancellation import check_holder, check_window
from services.wallet.domain.errors import DebitCounted, UnknownDebit
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.repayment import check_not_undone, is_closed, undo_to_envelope
from services.wallet.domain.wallet import PastDebit, Wallet
from services.wallet.store import cards, days, ledger, seasons, top_up_rows, wallets


@dataclass(frozen=True, slots=True)
class CancelDebit:
    """`presentation_id`: of the holder's card, where the rulebook wants the holder there."""

    partner_id: UUID
    debit_id: UUID
    presentation_id: UUID | None = None


def cancel_debit(work: Work, rules: Rules, key: RequestKey, command: CancelDebit) -> tuple[Mapping[str, Any], bool]:
    """The outcome (cancellation_id, amount_cents, occurred_at), and whether it is replayed.

    Raises UnknownDebit, AlreadyCancelled, ClawedBack, NeverCancelled, CancellationTooLate, CancellationWindowOver,
    DebitCounted, HolderNotPresent, UnknownPresentation, PresentationOfOtherPartner, PresentationExpired,
    PresentationOfOtherHolder, KeyReused; Operational when midnight passes and the day is counted while this runs: the
    next try finds the window closed.
    """
    return once(work, key, lambda: _cancel(work, rules, command))


def _cancel(work: Work, rules: Rules, command: CancelDebit) -> Done:
    hold_day(work)
    wallet, debit = _locked(work, command)
    check_not_undone(debit)
    rulebook = rules.in_force(work, wallet.scheme, wallet.season)
    check_window(rulebook.cancellation, debit.business_day, work.today)
    check_not_counted(work, debit)
    if rulebook.cancellation.holder_present:
        check_holder_there(work, command.presentation_id, command.partner_id, wallet.person_id)
    transfer = undo(work, rulebook, wallet, debit)
    outcome = {
        "cancellation_id": str(transfer.transfer_id),
        "amount_cents": transfer.amount_cents,
        "occurred_at": work.now.isoformat(),
    }
    return Done(outcome, transfer.transfer_id)


def undo(work: Work, rulebook: Rulebook, wallet: Wallet, debit: PastDebit) -> Transfer:
    """Give the debit of this wallet, which is held, back to it, or to its envelope once the wallet is closed; payout
    is told. Raises AlreadyCancelled, ClawedBack."""
    check_not_undone(debit)
    act = act_of(work, rulebook)
    added_cents = top_up_rows.added_for(work, debit.debit_id)
    if is_closed(rulebook.benefit(wallet.benefit), wallet, work.today):
        transfer = _undo_to_envelope(work, wallet, debit, act)
        if added_cents:  # it went back with the rest
            top_up_rows.save_returned(work, debit.debit_id, wallet.wallet_id, added_cents, transfer.transfer_id)
    else:
        after, transfer = wallet.undo(debit, uuid.uuid4(), act)
        wallets.save(work, [after])
        ledger.write(work, [transfer])
        if added_cents:
            _return_top_up(work, after, debit, added_cents, act)
    work.publish("debit_cancelled", str(debit.debit_id), 2, debit_cancelled(wallet, debit, transfer))
    return transfer


def _undo_to_envelope(work: Work, wallet: Wallet, debit: PastDebit, act: Act) -> Transfer:
    envelope = seasons.lock_by_id(work, [wallet.envelope_id])[wallet.envelope_id]
    left, transfer = undo_to_envelope(envelope, debit, uuid.uuid4(), act)
    seasons.save_envelope(work, left)
    call_line(work, left)
    ledger.write(work, [transfer])
    return transfer


def _locked(work: Work, command: CancelDebit) -> tuple[Wallet, PastDebit]:
    """The wallet, held, and the debit read again after it is: a rival cancellation has ended by then."""
    found = ledger.find_debit(work, command.debit_id, command.partner_id)
    if found is None:
        raise UnknownDebit
    wallet = wallets.lock(work, found.wallet_id)
    current = ledger.find_debit(work, command.debit_id, command.partner_id)
    assert current is not None
    return wallet, current


def check_not_counted(work: Work, debit: PastDebit) -> None:
    """A debit of an earlier day, until payout counts that day; its day stays open until this ends.

    Raises DebitCounted.
    """
    if debit.business_day == work.today:
        return
    connection = work.session.connection()
    days.enter(connection, debit.business_day)
    if days.counted(connection, debit.business_day, work.authority_id):
        raise DebitCounted(debit.business_day)


def check_holder_there(work: Work, presentation_id: UUID | None, partner_id: UUID, person_id: UUID) -> None:
    """Raises HolderNotPresent, UnknownPresentation, PresentationOfOtherPartner, PresentationExpired, CardOpposed,
    PresentationOfOtherHolder."""
    presentation = cards.find_presentation(work, presentation_id) if presentation_id else None
    card = cards.find(work, presentation.card_id) if presentation else None
    check_holder(presentation, card, person_id, partner_id, work.now, asked=presentation_id is not None)


def _return_top_up(work: Work, wallet: Wallet, debit: PastDebit, added_cents: int, act: Act) -> None:
    """What was added for the debit goes back to the envelope: it could be spent elsewhere."""
    envelope = seasons.lock_by_id(work, [wallet.envelope_id])[wallet.envelope_id]
    after, left, transfer = wallet.give_back(envelope, added_cents, uuid.uuid4(), act)
    wallets.save_credit(work, after)
    seasons.save_envelope(work, left)
    call_line(work, left)
    ledger.write(work, [transfer])
    top_up_rows.save_returned(work, debit.debit_id, wallet.wallet_id, added_cents, transfer.transfer_id)
    tell_moved(work, [(after, transfer)])
