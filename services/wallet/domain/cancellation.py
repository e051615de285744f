"""Whether a partner may still undo a debit, by the rulebook in force on the day it asks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from rulebooks import Cancellation
from services.wallet.domain.card import Card
from services.wallet.domain.debit import Presentation
from services.wallet.domain.errors import (
    CancellationTooLate,
    CancellationWindowOver,
    HolderNotPresent,
    NeverCancelled,
    PresentationOfOtherHolder,
    UnknownPresentation,
)


def check_window(cancellation: Cancellation, debited_on: date, on: date) -> None:
    """Raises NeverCancelled, CancellationTooLate, CancellationWindowOver."""
    if cancellation.allows(debited_on, on):
        return
    match cancellation.window:
        case "none":
            raise NeverCancelled
        case "days":
            raise CancellationWindowOver(debited_on + timedelta(days=cancellation.days))
        case _:
            raise CancellationTooLate


def check_holder(
    presentation: Presentation | None,
    card: Card | None,
    person_id: UUID,
    partner_id: UUID,
    now: datetime,
    *,
    asked: bool,
) -> None:
    """Whether the debit's holder is there: their card was just presented to this partner, on whatever device.

    `asked`: a presentation was named. Raises HolderNotPresent, UnknownPresentation, PresentationOfOtherPartner,
    PresentationExpired, CardOpposed, PresentationOfOtherHolder.
    """
    if not asked:
        raise HolderNotPresent
    if presentation is None or card is None:
        raise UnknownPresentation
    presentation.check_at(partner_id, now)
    card.check_usable()
    if card.person_id != person_id:
        raise PresentationOfOtherHolder
