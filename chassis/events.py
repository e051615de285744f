"""Events as contracts: CloudEvents 1.0 in structured JSON, each type with its schema in contracts/events.

A type is written `fr.atouts.<service>.<fact>.v<n>`. Data hold ids, versions and codes, never a personal value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

CONTENT_TYPE = "application/cloudevents+json"
CONTRACTS = Path(__file__).resolve().parent.parent / "contracts" / "events"


class BadEvent(Exception):
    """A message is not an event of a known contract."""


@dataclass(frozen=True, slots=True)
class Event:
    """A fact of another service. `version` is its subject's version after the fact."""

    event_id: UUID
    source: str
    type: str
    authority_id: str
    subject: str
    version: int
    recorded_at: datetime
    traceparent: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contract:
    """One event type. `subscribers` are the services that must have a queue for it."""

    type: str
    source: str
    subscribers: tuple[str, ...]
    schema: Mapping[str, Any]


@cache
def contracts() -> Mapping[str, Contract]:
    """Every event type, from contracts/events/<service>/<fact>.v<n>.json. That each is a schema: its contract test."""
    return {contract.type: contract for contract in map(_read, sorted(CONTRACTS.glob("*/*.v*.json")))}


def type_of(service: str, fact: str, version: int = 1) -> str:
    return f"fr.atouts.{service}.{fact}.v{version}"


def subscriptions_of(service: str) -> tuple[Contract, ...]:
    """The event types that `service` receives, by contract."""
    return tuple(contract for contract in contracts().values() if service in contract.subscribers)


def encode(event: Event, sequence: int) -> bytes:
    """The message's body. `sequence` is the event's place among its source's events."""
    envelope = {
        "specversion": "1.0",
        "id": str(event.event_id),
        "source": f"/atouts/{event.source}",
        "type": event.type,
        "subject": event.subject,
        "time": event.recorded_at.isoformat(),
        "datacontenttype": "application/json",
        "authority": event.authority_id,
        "aggregateversion": event.version,
        "sequence": str(sequence),
        "traceparent": event.traceparent,
        "data": event.data,
    }
    return json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()


def _read(path: Path) -> Contract:
    schema = json.loads(path.read_text(encoding="utf-8"))
    fact, version = path.name.removesuffix(".json").rsplit(".v", 1)
    return Contract(
        type=type_of(path.parent.name, fact, int(version)),
        source=path.parent.name,
        subscribers=tuple(schema["x-subscribers"]),
        schema=schema,
    )
