"""Writes `contracts/asyncapi.yaml` (AsyncAPI 3.0) from the event contracts: `python -m contracts.asyncapi`.

The contracts in `contracts/events` are the source; this is how tools and other teams read them. A channel is a
routing key of the publisher's topic exchange; a message is a CloudEvents 1.0 envelope in structured JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CONTRACTS = Path(__file__).resolve().parent
EVENTS = CONTRACTS / "events"
DOCUMENT = CONTRACTS / "asyncapi.yaml"
_SCHEMA_FORMAT = "application/schema+json;version=2020-12"
_ENVELOPE = "#/components/schemas/envelope"


@dataclass(frozen=True)
class Contract:
    """One event type as its file states it."""

    path: Path
    schema: dict[str, Any]

    @property
    def source(self) -> str:
        return self.path.parent.name

    @property
    def type(self) -> str:
        return str(self.schema["title"])

    @property
    def key(self) -> str:
        """`partner.iban_verified.v1`: unique, and allowed as a name in the document."""
        return f"{self.source}.{self.path.stem}"


def document() -> str:
    """The whole document as YAML; the same contracts always give the same text."""
    contracts = sorted(_contracts(), key=lambda contract: contract.key)
    content = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Atouts: facts between services",
            "version": "1.0.0",
            "description": (
                "Generated from contracts/events by contracts/asyncapi.py; do not edit. Data hold ids, versions and"
                " codes, never a personal value or an IBAN. Consumers of states keep the highest aggregateversion;"
                " consumers of movements are unique by id."
            ),
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {contract.key: _channel(contract) for contract in contracts},
        "operations": dict(operation for contract in contracts for operation in _operations(contract)),
        "components": {
            "messages": {contract.key: _message(contract) for contract in contracts},
            "schemas": {"envelope": {"schemaFormat": _SCHEMA_FORMAT, "schema": _envelope()}},
        },
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _contracts() -> Iterator[Contract]:
    for path in EVENTS.glob("*/*.v*.json"):
        yield Contract(path, json.loads(path.read_text(encoding="utf-8")))


def _channel(contract: Contract) -> dict[str, Any]:
    return {
        "address": contract.type,
        "messages": {"event": {"$ref": f"#/components/messages/{contract.key}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": f"atouts.{contract.source}", "type": "topic"}}},
    }


def _operations(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """One for the publisher, one for each subscriber."""
    channel = {"$ref": f"#/channels/{contract.key}"}
    yield f"{contract.source}.send.{contract.key}", {"action": "send", "channel": channel}
    for subscriber in contract.schema["x-subscribers"]:
        yield f"{subscriber}.receive.{contract.key}", {"action": "receive", "channel": channel}


def _message(contract: Contract) -> dict[str, Any]:
    data = {"$ref": f"./events/{contract.path.relative_to(EVENTS).as_posix()}"}
    typed = {"type": {"const": contract.type}, "source": {"const": f"/atouts/{contract.source}"}, "data": data}
    payload = {"allOf": [{"$ref": f"{_ENVELOPE}/schema"}, {"properties": typed}]}
    return {
        "name": contract.type,
        "summary": contract.schema["description"],
        "contentType": "application/cloudevents+json",
        "payload": {"schemaFormat": _SCHEMA_FORMAT, "schema": payload},
    }


def _envelope() -> dict[str, Any]:
    """CloudEvents 1.0 with this platform's extension attributes."""
    text = {"type": "string"}
    properties = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": text,
        "type": text,
        "subject": {"type": "string", "description": "The aggregate's id, opaque."},
        "time": {"type": "string", "format": "date-time", "description": "Machine time of the commit."},
        "datacontenttype": {"const": "application/json"},
        "authority": {"type": "string", "description": "The tenant."},
        "aggregateversion": {"type": "integer", "minimum": 1, "description": "The subject's, after the fact."},
        "sequence": {"type": "string", "description": "The event's place among its source's events."},
        "traceparent": text,
        "data": {"type": "object"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def main() -> int:
    DOCUMENT.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
