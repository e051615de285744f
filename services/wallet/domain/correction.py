"""A wallet put right by staff: one person proposes it with a reason, another confirms it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.wallet.domain.budget_errors import CorrectionDecided, SecondPersonNeeded
from services.wallet.domain.wallet import Adjustment


class CorrectionState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Correction:
    """`debit_id`: the debit to be undone, whole, and the adjustment says what it gives back; else cents, and uses, that
    are added to the wallet or taken from it."""

    correction_id: UUID
    wallet_id: UUID
    adjustment: Adjustment
    reason: str
    proposed_by: str
    proposed_at: datetime
    debit_id: UUID | None = None
    state: CorrectionState = CorrectionState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    transfer_id: UUID | None = None

    def confirmed(self, by: str, at: datetime, transfer_id: UUID) -> Correction:
        """Raises CorrectionDecided, SecondPersonNeeded."""
        self.check_confirmable(by)
        decided = self._decided(CorrectionState.CONFIRMED, by, at)
        return replace(decided, transfer_id=transfer_id)

    def dropped(self, by: str, at: datetime) -> Correction:
        """By whomever: who proposed it may think again. Raises CorrectionDecided."""
        return self._decided(CorrectionState.DROPPED, by, at)

    def check_confirmable(self, by: str) -> None:
        """Raises CorrectionDecided, SecondPersonNeeded."""
        if self.state is not CorrectionState.PROPOSED:
            raise CorrectionDecided
        if by == self.proposed_by:
            raise SecondPersonNeeded

    def _decided(self, state: CorrectionState, by: str, at: datetime) -> Correction:
        if self.state is not CorrectionState.PROPOSED:
            raise CorrectionDecided
        return replace(self, state=state, decided_by=by, decided_at=at)
