"""Payments of membership fees, and what a card payment provider says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class PaymentState(StrEnum):
    STARTED = "started"
    CASHED = "cashed"
    FAILED = "failed"
    # Money that came though nothing was owed any more: to be given back.
    SURPLUS = "surplus"

    @property
    def is_settled(self) -> bool:
        return self in (PaymentState.CASHED, PaymentState.SURPLUS)


@dataclass(frozen=True, slots=True)
class Payment:
    """`provider` is the card provider's name, or `cheque`; `reference` the cheque's number."""

    payment_id: UUID
    membership_id: UUID
    means: str
    provider: str
    amount_cents: int
    state: PaymentState
    started_at: datetime
    checkout_id: str | None = None
    reference: str | None = None
    webhook_id: str | None = None
    settled_at: datetime | None = None

    def settled(self, state: PaymentState, webhook_id: str, at: datetime) -> Payment:
        return replace(self, state=state, webhook_id=webhook_id, settled_at=at)


@dataclass(frozen=True, slots=True)
class Checkout:
    """The provider's page on which the person pays."""

    checkout_id: str
    checkout_url: str


class PaymentResult(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A provider's genuine word on one payment; `event_id` is its own id for this message."""

    event_id: str
    payment_id: UUID
    checkout_id: str
    amount_cents: int
    result: PaymentResult
