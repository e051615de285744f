"""The AsyncAPI document: as its sources state, and true of real messages."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from chassis import broker, events
from chassis.events import Event
from contracts import asyncapi

DOCUMENT: dict[str, Any] = yaml.safe_load(asyncapi.DOCUMENT.read_text(encoding="utf-8"))
_PLACE = "https://contracts.invalid"  # a base for relative references; nothing is fetched


def test_the_document_is_up_to_date() -> None:
    assert asyncapi.DOCUMENT.read_text(encoding="utf-8") == asyncapi.document(), (
        "run `python -m contracts.asyncapi` and commit what it writes"
    )


def test_it_states_each_type_with_who_sends_and_who_receives() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    stated = {channel["address"] for channel in DOCUMENT["channels"].values()}
    assert stated == set(events.contracts())
    for contract in events.contracts().values():
        key = contract.type.removeprefix("fr.atouts.")
        actions = {name: one["action"] for name, one in DOCUMENT["operations"].items() if name.endswith(f".{key}")}
        assert actions == {
            f"{contract.source}.send.{key}": "send",
            **{f"{subscriber}.receive.{key}": "receive" for subscriber in contract.subscribers},
        }


def test_its_channels_name_the_exchanges_that_are_declared() -> None:
    for name, channel in DOCUMENT["channels"].items():
        assert channel["bindings"]["amqp"]["exchange"]["name"] == broker.exchange_name(name.split(".")[0])


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(DOCUMENT):
        place: Any = DOCUMENT
        path, _, fragment = reference.partition("#")
        if path:
            assert (asyncapi.CONTRACTS / path).is_file()
        for step in filter(None, fragment.split("/")):
            place = place[step]


@pytest.mark.parametrize("event_type", sorted(events.contracts()))
def test_a_real_message_is_what_the_document_says(event_type: str) -> None:
    key = event_type.removeprefix("fr.atouts.")
    fact = key.split(".", 1)[1]
    source = key.split(".", maxsplit=1)[0]
    shown = json.loads((asyncapi.EVENTS / source / "examples" / f"{fact}.json").read_text(encoding="utf-8"))
    validator = _validator(key)
    message = _message(event_type, source, shown["pass"][0])
    validator.validate(message)
    for data in shown["fail"]:
        assert not validator.is_valid({**message, "data": data})
    assert not validator.is_valid({**message, "type": "fr.atouts.other.v1"})
    assert not validator.is_valid({name: value for name, value in message.items() if name != "authority"})


def _message(event_type: str, source: str, data: dict[str, Any]) -> dict[str, Any]:
    instant = datetime(2025, 7, 1, 9, tzinfo=UTC)
    event = Event(uuid.uuid4(), source, event_type, "normandie", "a-subject", 3, instant, "00-0-0-00", data)
    message = json.loads(events.encode(event, sequence=7))
    assert isinstance(message, dict)
    return message


def _validator(key: str) -> jsonschema.Draft202012Validator:
    document = DRAFT202012.create_resource(DOCUMENT)
    schemas = [
        (
            f"{_PLACE}/events/{path.relative_to(asyncapi.EVENTS).as_posix()}",
            json.loads(path.read_text(encoding="utf-8")),
        )
        for path in asyncapi.EVENTS.glob("*/*.v*.json")
    ]
    registry: Registry[Any] = Registry().with_resource(f"{_PLACE}/asyncapi.yaml", document)
    registry = registry.with_resources((uri, DRAFT202012.create_resource(schema)) for uri, schema in schemas)
    payload = {"$ref": f"{_PLACE}/asyncapi.yaml#/components/messages/{key}/payload/schema"}
    return jsonschema.Draft202012Validator(payload, registry=registry)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for value in node.values() for found in _references(value)]
    if isinstance(node, list):
        return [found for value in node for found in _references(value)]
    return []
