"""What the wallet's events carry: a debit's facts are the same by card or by voucher, a credit's at whatever moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chassis.work import Work
from services.wallet.domain.access import Use
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.ledger import Transfer
from services.wallet.domain.wallet import PastDebit, Wallet
from services.wallet.store import outbox


def debit_recorded(wallet: Wallet, transfer: Transfer) -> dict[str, object]:
    """A partner was paid from a wallet: version 1 of the debit, whose id is the transfer's."""
    return {"debit_id": str(transfer.transfer_id)} | _movement(wallet, transfer)


def debit_cancelled(wallet: Wallet, debit: PastDebit, transfer: Transfer) -> dict[str, object]:
    """A debit was undone: version 2 of the debit."""
    return {"cancellation_id": str(transfer.transfer_id), "debit_id": str(debit.debit_id)} | _movement(wallet, transfer)


def wallet_credited(wallet: Wallet, amount_cents: int) -> dict[str, object]:
    """Cents came in from the budget."""
    return {
        "wallet_id": str(wallet.wallet_id),
        "membership_id": str(wallet.membership_id),
        "person_id": str(wallet.person_id),
        "scheme": wallet.scheme,
        "season": wallet.season,
        "benefit": wallet.benefit,
        "amount_cents": amount_cents,
    }


def tell_moved(work: Work, moved: Iterable[tuple[Wallet, Transfer]]) -> None:
    """Movements that no other event tells: a voucher made or released, an expiry, a top-up given back."""
    outbox.publish_all(
        work, "wallet_moved", [(str(transfer.transfer_id), 1, _moved(wallet, transfer)) for wallet, transfer in moved]
    )


def _moved(wallet: Wallet, transfer: Transfer) -> dict[str, object]:
    return wallet_credited(wallet, transfer.amount_cents) | {
        "movement_id": str(transfer.transfer_id),
        "kind": transfer.kind.value,
        "occurred_at": transfer.act.occurred_at.isoformat(),
    }


def access_used(use: Use) -> dict[str, object]:
    """A right without cents was used: version 1 of the use, and its cancellation's facts in version 2."""
    return {
        "use_id": str(use.use_id),
        "partner_id": str(use.partner_id),
        "person_id": str(use.person_id),
        "scheme": use.scheme,
        "season": use.season,
        "benefit": use.benefit,
        "category": use.category,
        "occurred_at": (use.cancelled_at or use.occurred_at).isoformat(),
        "business_day": use.business_day.isoformat(),
        "rulebook_hash": use.rulebook_hash,
    }


def threshold_reached(envelope: Envelope, thresholds_percent: Sequence[int]) -> tuple[Envelope, dict[str, object]]:
    """The envelope, marked where a share of the vote is credited that was not told yet, and what is told of it."""
    percent = envelope.reached_percent(thresholds_percent)
    after = envelope.announced(max(percent, envelope.announced_percent))
    return after, {
        "scheme": envelope.scheme,
        "season": envelope.season,
        "benefit": envelope.benefit,
        "percent": after.announced_percent,
    }


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
