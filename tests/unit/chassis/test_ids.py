"""Ids that begin with their time."""

from __future__ import annotations

import time
import uuid

from chassis.ids import time_ordered_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    """Whoever reads it finds the version and the variant of RFC 9562, whatever was drawn."""
    assert {(made.version, made.variant) for made in (time_ordered_id() for _ in range(200))} == {(7, uuid.RFC_4122)}


def test_ids_are_ordered_by_their_millisecond() -> None:
    """An id begins with the millisecond in which it was made."""
    before = time.time_ns() // 1_000_000
    made = time_ordered_id()
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_of_one_millisecond_differ() -> None:
    assert len({time_ordered_id() for _ in range(10_000)}) == 10_000
