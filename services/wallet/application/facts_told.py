"""The facts of a partner's movements, as their events carry them: a debit's are the same by card or by voucher."""

from __future__ import annotations

from services.wallet.domain.ledger import Transfer
from services.wallet.domain.wallet import PastDebit, Wallet


def debit_recorded(wallet: Wallet, transfer: Transfer) -> dict[str, object]:
    """A partner was paid from a wallet: version 1 of the debit, whose id is the transfer's."""
    return {"debit_id": str(transfer.transfer_id)} | _movement(wallet, transfer)


def debit_cancelled(wallet: Wallet, debit: PastDebit, transfer: Transfer) -> dict[str, object]:
    """A debit was undone: version 2 of the debit."""
    return {"cancellation_id": str(transfer.transfer_id), "debit_id": str(debit.debit_id)} | _movement(wallet, transfer)


def _movement(wallet: Wallet, transfer: Transfer) -> dict[str, object]:
    act = transfer.act
    return {
        "partner_id": str(transfer.partner_id),
        "person_id": str(wallet.person_id),
        "scheme": wallet.scheme,
        "season": wallet.season,
        "benefit": wallet.benefit,
        "category": transfer.category,
        "amount_cents": transfer.amount_cents,
        "occurred_at": act.occurred_at.isoformat(),
        "business_day": act.business_day.isoformat(),
        "rulebook_hash": act.rulebook_hash,
    }
