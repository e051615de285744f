"""What a partner is owed: one accrual a movement, never changed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Accrual:
    """A debit, its cancellation, or a clawback of it, as payout counts it.

    `movement_id` is the debit's own id, the cancellation's or the clawback's. `amount_cents` is signed: the debit alone
    is positive. `business_day` is the Paris day of the movement. `paid_out`: whether partners are paid for the benefit;
    what is not is only recorded.
    """

    movement_id: str
    debit_id: str
    partner_id: str
    scheme: str
    season: str
    benefit: str
    category: str
    amount_cents: int
    occurred_at: datetime
    business_day: date
    rulebook_hash: str
    paid_out: bool = True
    clawback: bool = False

    @property
    def is_cancellation(self) -> bool:
        return self.movement_id != self.debit_id and not self.clawback
