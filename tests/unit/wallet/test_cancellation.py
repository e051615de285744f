"""Until when a debit may be undone, and in whose presence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from rulebooks import Cancellation
from services.wallet.domain import errors
from services.wallet.domain.cancellation import check_holder, check_window
from services.wallet.domain.card import Card, CardState
from services.wallet.domain.debit import Presentation

NONE, SAME_DAY = Cancellation("none", "§1"), Cancellation("same_day", "§1")
TWO_DAYS = Cancellation("days", "§1", days=2)
DEBITED = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("rule", "days_later", "refusal"),
    [
        (NONE, 0, errors.NeverCancelled),
        (SAME_DAY, 0, None),
        (SAME_DAY, 1, errors.CancellationTooLate),
        (TWO_DAYS, 0, None),
        (TWO_DAYS, 2, None),
        (TWO_DAYS, 3, errors.CancellationWindowOver),
    ],
)
def test_the_last_day_to_cancel(
    rule: Cancellation, days_later: int, refusal: type[errors.WalletRefusal] | None
) -> None:
    """Never, on the debit's own day, or so many days after it, included."""
    on = DEBITED + timedelta(days=days_later)
    if refusal is None:
        check_window(rule, DEBITED, on)
        return
    with pytest.raises(refusal):
        check_window(rule, DEBITED, on)


NOW = datetime(2025, 10, 4, 14, 3, tzinfo=UTC)
PERSON, PARTNER = UUID(int=1), UUID(int=2)
CARD = Card(UUID(int=3), PERSON)
SHOWN = Presentation(UUID(int=4), CARD.card_id, PARTNER, "caisse 2", NOW + timedelta(minutes=5))


def test_the_holder_is_there_on_whatever_device() -> None:
    """A debit of one till may be undone at the next."""
    check_holder(SHOWN, CARD, PERSON, PARTNER, NOW, asked=True)


@pytest.mark.parametrize(
    ("shown", "card", "asked", "refusal"),
    [
        (None, None, False, errors.HolderNotPresent),
        (None, None, True, errors.UnknownPresentation),
        (replace(SHOWN, partner_id=UUID(int=9)), CARD, True, errors.PresentationOfOtherPartner),
        (replace(SHOWN, expires_at=NOW), CARD, True, errors.PresentationExpired),
        (SHOWN, replace(CARD, state=CardState.OPPOSED), True, errors.CardOpposed),
        (SHOWN, replace(CARD, person_id=UUID(int=9)), True, errors.PresentationOfOtherHolder),
    ],
)
def test_nobody_else_is(
    shown: Presentation | None, card: Card | None, asked: bool, refusal: type[errors.WalletRefusal]
) -> None:
    """No card, an unknown one, one shown elsewhere or too long ago, a lost one, another's."""
    with pytest.raises(refusal):
        check_holder(shown, card, PERSON, PARTNER, NOW, asked=asked)
