"""Staff put a wallet right, or undo a debit that its partner may not undo any more: one proposes, a second confirms.

The money is decided when it is confirmed. What comes back once the wallet is closed goes to its envelope.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from uuid import UUID

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.cancellations import check_not_counted, undo
from services.wallet.application.crediting import act_of, announce, call_line
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.movement_days import hold_day
from services.wallet.application.rules import Rules
from services.wallet.domain.budget_errors import UnknownCorrection, UsesNotCounted
from services.wallet.domain.correction import Correction
from services.wallet.domain.errors import AlreadyCancelled, UnknownDebit, UnknownWallet
from services.wallet.domain.ledger import Transfer
from services.wallet.domain.repayment import check_not_closed
from services.wallet.domain.wallet import Adjustment, Wallet
from services.wallet.store import corrections, ledger, seasons, wallets


@dataclass(frozen=True, slots=True)
class ProposeCorrection:
    """Of a wallet, by `adjustment`, or of the debit, whole: one of the two is named."""

    reason: str
    wallet_id: UUID | None = None
    adjustment: Adjustment | None = None
    debit_id: UUID | None = None


def propose(work: Work, rules: Rules, key: RequestKey, command: ProposeCorrection) -> UUID:
    """The correction's id. Nothing moves.

    Raises UnknownWallet, UsesNotCounted, WalletClosed, UnknownDebit, AlreadyCancelled, KeyReused.
    """
    outcome, _ = once(work, key, lambda: _propose(work, rules, command))
    return UUID(outcome["correction_id"])


def confirm(work: Work, rules: Rules, key: RequestKey, correction_id: UUID) -> None:
    """A second person lets the money move.

    Raises UnknownCorrection, CorrectionDecided, SecondPersonNeeded, WalletClosed, BalanceTooLow, EnvelopeSpent,
    AlreadyCancelled, ClawedBack, DebitCounted, KeyReused.
    """
    once(work, key, lambda: _confirm(work, rules, correction_id))


def drop(work: Work, correction_id: UUID) -> None:
    """Nothing was moved, and nothing will be. Raises UnknownCorrection, CorrectionDecided."""
    correction = _locked(work, correction_id)
    dropped = correction.dropped(work.context.account_id, work.now)
    corrections.save_decision(work, dropped)
    work.audit("correction_dropped", str(correction_id), before=_codes(correction), after=_codes(dropped))


def _propose(work: Work, rules: Rules, command: ProposeCorrection) -> Done:
    if command.debit_id:
        wallet_id, adjustment = _of_debit(work, command.debit_id)
    else:
        assert command.wallet_id is not None
        assert command.adjustment is not None
        wallet_id, adjustment = command.wallet_id, command.adjustment
        _check_adjustment(work, rules, wallet_id, adjustment)
    correction = Correction(
        uuid.uuid4(), wallet_id, adjustment, command.reason, work.context.account_id, work.now, command.debit_id
    )
    corrections.add(work, correction)
    after = _codes(correction) | {"reason": command.reason}
    work.audit("correction_proposed", str(correction.correction_id), after=after)
    return Done({"correction_id": str(correction.correction_id)})


def _of_debit(work: Work, debit_id: UUID) -> tuple[UUID, Adjustment]:
    debit = ledger.find_debit(work, debit_id)
    if debit is None:
        raise UnknownDebit
    if debit.cancelled:
        raise AlreadyCancelled
    return debit.wallet_id, Adjustment(debit.amount_cents, debit.uses)


def _check_adjustment(work: Work, rules: Rules, wallet_id: UUID, adjustment: Adjustment) -> None:
    wallet = wallets.find(work, wallet_id)
    if wallet is None:
        raise UnknownWallet
    if adjustment.uses and wallet.uses_left is None:
        raise UsesNotCounted
    rulebook = rules.in_force(work, wallet.scheme, wallet.season)
    check_not_closed(rulebook.benefit(wallet.benefit), wallet, work.today)


def _confirm(work: Work, rules: Rules, correction_id: UUID) -> Done:
    hold_day(work)
    correction = _locked(work, correction_id)
    correction.check_confirmable(work.context.account_id)
    wallet = wallets.lock(work, correction.wallet_id)
    rulebook = rules.in_force(work, wallet.scheme, wallet.season)
    moved = _undo if correction.debit_id else _adjust
    transfer = moved(work, rulebook, wallet, correction)
    confirmed = correction.confirmed(work.context.account_id, work.now, transfer.transfer_id)
    corrections.save_decision(work, confirmed)
    work.audit("correction_confirmed", str(correction_id), before=_codes(correction), after=_codes(confirmed))
    return Done({"correction_id": str(correction_id)}, transfer.transfer_id)


def _adjust(work: Work, rulebook: Rulebook, wallet: Wallet, correction: Correction) -> Transfer:
    check_not_closed(rulebook.benefit(wallet.benefit), wallet, work.today)
    envelope = seasons.lock_by_id(work, [wallet.envelope_id])[wallet.envelope_id]
    after, left, transfer = wallet.correct(envelope, correction.adjustment, uuid.uuid4(), act_of(work, rulebook))
    wallets.save_credit(work, after)
    ledger.write(work, [transfer])
    seasons.save_envelope(work, announce(work, rulebook, left))
    call_line(work, left)
    return transfer


def _undo(work: Work, rulebook: Rulebook, wallet: Wallet, correction: Correction) -> Transfer:
    assert correction.debit_id is not None
    debit = ledger.find_debit(work, correction.debit_id)
    assert debit is not None
    check_not_counted(work, debit)
    return undo(work, rulebook, wallet, debit)


def _locked(work: Work, correction_id: UUID) -> Correction:
    correction = corrections.lock(work, correction_id)
    if correction is None:
        raise UnknownCorrection
    return correction


def _codes(correction: Correction) -> dict[str, object]:
    return {
        "state": correction.state.value,
        "wallet_id": str(correction.wallet_id),
        "debit_id": str(correction.debit_id or ""),
        "amount_cents": correction.adjustment.amount_cents,
        "uses": correction.adjustment.uses,
        "transfer_id": str(correction.transfer_id or ""),
    }
