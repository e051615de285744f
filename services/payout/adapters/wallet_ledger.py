"""The wallet's ledger, as its gRPC door tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date

from atouts.wallet.v1 import corrections_pb2
from atouts.wallet.v1 import movements_pb2 as pb

from chassis.grpc_client import Peer, PeerRefused
from services.payout.domain.accruals import Accrual
from services.payout.domain.clawback import Clawback
from services.payout.domain.counting import Tally

_TIMEOUT_S = 10.0  # a day's count may wait for the debits under way


class WalletLedger:
    """Raises Operational when the wallet is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def count_day(self, day: date) -> dict[str, dict[str, Tally]]:
        """Count and sum of a day that is over, by scheme and partner. No movement of that day comes after."""
        request = pb.CountDayRequest(day=day.isoformat())
        answer = self._peer.call("CountDay", request, timeout_s=_TIMEOUT_S)
        counts: dict[str, dict[str, Tally]] = {}
        for line in answer.partners:
            counts.setdefault(line.scheme, {})[line.partner_id] = Tally(line.count, line.sum_cents)
        return counts

    def record_clawback(self, clawback: Clawback) -> str:
        """Write it in the ledger, once, however often it is told; empty, or the wallet's reason against it."""
        request = corrections_pb2.RecordClawbackRequest(
            clawback_id=clawback.clawback_id,
            debit_id=clawback.debit_id,
            partner_id=clawback.partner_id,
            amount_cents=clawback.amount_cents,
        )
        try:
            self._peer.call("RecordClawback", request, timeout_s=_TIMEOUT_S)
        except PeerRefused as refused:
            return refused.reason
        return ""

    def movements_of(self, day: date) -> Iterator[Accrual]:
        """Every movement at partners of a day, page by page."""
        token = ""
        while True:
            request = pb.ListDayMovementsRequest(day=day.isoformat(), page_token=token)
            page = self._peer.call("ListDayMovements", request, timeout_s=_TIMEOUT_S)
            yield from map(_accrual, page.movements)
            token = page.next_page_token
            if not token:
                return


def _accrual(movement: pb.PartnerMovement) -> Accrual:
    return Accrual(
        movement_id=movement.movement_id,
        debit_id=movement.debit_id,
        partner_id=movement.partner_id,
        scheme=movement.scheme,
        season=movement.season,
        benefit=movement.benefit,
        category=movement.category,
        amount_cents=movement.amount_cents,
        occurred_at=movement.occurred_at.ToDatetime(UTC),
        business_day=date.fromisoformat(movement.business_day),
        rulebook_hash=movement.rulebook_hash,
    )
