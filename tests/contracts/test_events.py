"""Events: each type has a schema that accepts and refuses, a publisher in code, and handlers where it is read."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import jsonschema
import jsonschema_rs
import pytest

from chassis import events, received_events
from chassis.config import SERVICES
from chassis.events import CONTRACTS, Contract, Event
from tests.contracts.services import entrypoint, published_facts

SCHEMAS = sorted(CONTRACTS.glob("*/*.v*.json"))
# What would tell who somebody is, or where money goes; ids, codes, amounts and days do not.
_PERSONAL = re.compile(r"name|birth|mail|phone|iban|holder|street|address|siret|photo|document_number|commune")
_TYPES = sorted(events.contracts())


def examples(contract: Contract) -> dict[str, list[dict[str, Any]]]:
    fact = contract.type.removeprefix(f"fr.atouts.{contract.source}.")
    content = json.loads((CONTRACTS / contract.source / "examples" / f"{fact}.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: f"{file.parent.name}.{file.stem}")
def test_each_contract_is_a_json_schema(file: Path) -> None:
    """Processes take it for one as they start."""
    jsonschema.Draft202012Validator.check_schema(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("event_type", _TYPES)
def test_examples_that_should_pass_pass_and_those_that_should_fail_fail(event_type: str) -> None:
    contract = events.contracts()[event_type]
    shown = examples(contract)
    assert shown["pass"]
    assert shown["fail"]
    for data in shown["pass"]:
        received_events.validator(contract.type).validate(data)
    for data in shown["fail"]:
        with pytest.raises(jsonschema_rs.ValidationError):
            received_events.validator(contract.type).validate(data)


@pytest.mark.parametrize("event_type", _TYPES)
def test_a_message_of_each_type_survives_the_wire(event_type: str) -> None:
    contract = events.contracts()[event_type]
    for data in examples(contract)["pass"]:
        event = Event(
            event_id=uuid.uuid4(),
            source=contract.source,
            type=event_type,
            authority_id="normandie",
            subject="a-subject",
            version=3,
            recorded_at=datetime(2025, 7, 1, 9, tzinfo=UTC),
            traceparent="",
            data=data,
        )
        assert received_events.decode(events.encode(event, sequence=1)) == event


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_schema_is_titled_by_its_type_and_says_what_happened(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["title"] == f"fr.atouts.{path.parent.name}.{path.stem}"
    assert schema["description"].endswith(".")
    assert schema["type"] == "object"
    assert set(schema["required"]) <= set(schema["properties"])


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_event_carries_a_personal_value_or_an_iban(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert not [name for name in schema["properties"] if _PERSONAL.search(name)]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_event_has_room_for_free_text(path: Path) -> None:
    """A text is held to a pattern, a format or a list, so that a value of a person's cannot slip in."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert not [name for name, stated in schema["properties"].items() if _is_free_text(stated)]


def test_every_example_belongs_to_a_schema() -> None:
    shown = {path.relative_to(CONTRACTS).as_posix() for path in CONTRACTS.glob("*/examples/*.json")}
    assert shown == {f"{path.parent.name}/examples/{path.name}" for path in SCHEMAS}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_publishes_the_facts_of_its_contracts_and_no_other(service: str) -> None:
    stated = {events.type_of(service, fact) for fact in published_facts(service)}
    assert stated == {contract.type for contract in events.contracts().values() if contract.source == service}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_every_type_that_it_subscribes_to(service: str) -> None:
    handlers = entrypoint(service, "handlers").event_handlers(MagicMock())
    assert set(handlers) == {contract.type for contract in events.subscriptions_of(service)}


# What a service tells itself, so that the broker parks it alone, and why another way would not do: a decision's number.
_TOLD_TO_ITSELF = {"fr.atouts.wallet.person_left_undecided.v1": "0150"}


def test_subscribers_are_services_and_do_not_subscribe_to_themselves() -> None:
    """A service knows its own facts; one that has to be parked apart is named with its decision."""
    for contract in events.contracts().values():
        assert contract.source in SERVICES
        others = set(SERVICES) - {contract.source}
        assert set(contract.subscribers) <= others or contract.type in _TOLD_TO_ITSELF


def _is_free_text(stated: dict[str, Any]) -> bool:
    if stated.get("type") == "array":
        return _is_free_text(stated["items"])
    return stated.get("type") == "string" and not stated.keys() & {"pattern", "format", "enum", "const"}
