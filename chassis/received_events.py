"""Events as they come in: read, and checked against their contracts. Who only sends needs no JSON Schema (0154)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from uuid import UUID

import jsonschema_rs

from chassis.events import BadEvent, Event, contracts


def decode(body: bytes | str) -> Event:
    """Read a message and check its data against the contract. Raises BadEvent."""
    try:
        envelope = json.loads(body)
        contract = contracts()[envelope["type"]]
        validator(contract.type).validate(envelope["data"])
        return Event(
            event_id=UUID(envelope["id"]),
            source=contract.source,
            type=envelope["type"],
            authority_id=envelope["authority"],
            subject=envelope["subject"],
            version=int(envelope["aggregateversion"]),
            recorded_at=datetime.fromisoformat(envelope["time"]),
            traceparent=envelope.get("traceparent", ""),
            data=envelope["data"],
        )
    except jsonschema_rs.ValidationError as error:  # a ValueError too
        raise BadEvent(f"{envelope['type']}: {error.message}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadEvent(f"not an event: {error!r}") from error


@cache
def validator(event_type: str) -> jsonschema_rs.Draft202012Validator:
    """What checks the data of one type. Raises KeyError for a type without a contract."""
    return jsonschema_rs.Draft202012Validator(dict(contracts()[event_type].schema), validate_formats=True)
