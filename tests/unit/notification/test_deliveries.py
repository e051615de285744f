"""Deliveries: one Message-ID each, attempts that wait longer and longer, reasons that say what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.notification.domain.card_reasons import sentences_of
from services.notification.domain.deliveries import Delivery, Template, wait_after

_DELIVERY = Delivery(
    "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11", "normandie", "an-account", Template.PAYMENT_MADE, {}, 0,
    datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip


def test_a_mail_s_id_is_its_delivery_s() -> None:
    """The same at each attempt, so that a repeat is recognised."""
    assert _DELIVERY.message_id("a.example") == "<0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11@a.example>"


def test_attempts_wait_from_one_second_to_ten_minutes() -> None:
    """Doubled each time."""
    waits = [wait_after(attempts).total_seconds() for attempts in range(1, 13)]
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 600
    assert waits == sorted(waits)


def test_a_mail_that_is_only_postponed_is_given_up_after_three_days() -> None:
    """Machine time since it was recorded."""
    assert not _DELIVERY.gives_up(_DELIVERY.recorded_at + timedelta(days=3))
    assert _DELIVERY.gives_up(_DELIVERY.recorded_at + timedelta(days=3, seconds=1))


def test_every_refusal_of_a_card_is_told_in_words() -> None:
    """Once each; a code that is not known here sends to the account, and no code is shown."""
    told = sentences_of(["too_dark", "blurred", "too_dark", "a_code_of_tomorrow"])
    assert len(told) == 3
    assert not any("_" in sentence for sentence in told)
    assert len(sentences_of([])) == 1
