"""Messages are CloudEvents whose data keep their contract."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis import events, received_events

EVENT = events.Event(
    event_id=uuid.UUID(int=1),
    source="identity",
    type="fr.atouts.identity.facts_changed.v1",
    authority_id="normandie",
    subject=str(uuid.UUID(int=2)),
    version=3,
    recorded_at=datetime(2025, 9, 1, tzinfo=UTC),
    traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-00",
    data={"person_id": str(uuid.UUID(int=2))},
)


def test_an_event_survives_the_wire() -> None:
    assert received_events.decode(events.encode(EVENT, 7)) == EVENT


def test_the_envelope_is_a_cloudevent() -> None:
    envelope = json.loads(events.encode(EVENT, 7))
    assert {"specversion", "id", "source", "type"} <= envelope.keys()
    assert envelope["specversion"] == "1.0"
    assert all(key.isalnum() and key.islower() for key in envelope)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        events.encode(replace(EVENT, type="fr.atouts.identity.unheard_of.v1"), 1),
        events.encode(replace(EVENT, data={}), 1),
        events.encode(replace(EVENT, data={"person_id": 7}), 1),
    ],
)
def test_what_is_no_event_of_a_known_contract_is_refused(body: bytes) -> None:
    with pytest.raises(events.BadEvent):
        received_events.decode(body)
