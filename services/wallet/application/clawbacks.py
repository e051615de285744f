"""Payout decides that a partner pays back; the wallet writes it: partner → envelope, once, whatever is sent again."""

from __future__ import annotations

import uuid
from uuid import UUID

from chassis.work import Work
from services.wallet.application.crediting import act_of, call_line
from services.wallet.application.rules import Rules
from services.wallet.domain.budget_errors import ClawbackChanged
from services.wallet.domain.errors import UnknownDebit
from services.wallet.domain.repayment import claw_back
from services.wallet.store import clawbacks, ledger, seasons, wallets
from services.wallet.store.clawbacks import Clawback


def record(work: Work, rules: Rules, clawback: Clawback) -> UUID:
    """The transfer's id, the first one's where the clawback is told again.

    Raises UnknownDebit, AlreadyCancelled, ClawbackAboveDebit, ClawbackChanged.
    """
    found = ledger.find_debit(work, clawback.debit_id, clawback.partner_id)
    if found is None:
        raise UnknownDebit
    wallet = wallets.lock(work, found.wallet_id)
    # Now that rivals on this debit have ended.
    if told := clawbacks.find(work, clawback.clawback_id):
        return _again(clawback, *told)
    debit = ledger.find_debit(work, clawback.debit_id, clawback.partner_id)
    assert debit is not None
    rulebook = rules.in_force(work, wallet.scheme, wallet.season)
    envelope = seasons.lock_by_id(work, [wallet.envelope_id])[wallet.envelope_id]
    left, transfer = claw_back(envelope, debit, clawback.amount_cents, uuid.uuid4(), act_of(work, rulebook))
    seasons.save_envelope(work, left)
    ledger.write(work, [transfer])
    clawbacks.add(work, clawback, envelope.envelope_id, transfer.transfer_id)
    call_line(work, left)
    work.audit(
        "clawback_recorded",
        str(clawback.clawback_id),
        after={"debit_id": str(clawback.debit_id), "amount_cents": clawback.amount_cents},
    )
    return transfer.transfer_id


def _again(clawback: Clawback, told: Clawback, transfer_id: UUID) -> UUID:
    if told != clawback:
        raise ClawbackChanged
    return transfer_id
