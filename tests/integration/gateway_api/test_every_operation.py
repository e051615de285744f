"""Every operation, walked: it reaches its RPC with all fields, and answers all that its schema promises."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from google.protobuf.descriptor import Descriptor
from marshmallow import Schema, fields

from gateway.answers import Json
from gateway.contracts import SERVICE_DESCRIPTORS
from gateway.operations import Operation
from gateway.routes import operations
from tests.integration.gateway_api import samples
from tests.integration.gateway_api.conftest import FakeServices

# For the other services, never for a person.
_BETWEEN_SERVICES = {
    "LookUpFacts", "ListPersons", "ListGrants", "LookUpBankAccounts", "ListAccreditations", "ListEstablishments",
    "StopAccreditation", "CountDay", "ListDayMovements", "EchoDebit", "LookUpContacts", "LookUpPartners",
    "ListPartnerContacts", "ListMembershipStates", "RecordClawback", "LookUpCardHolders",
    "LookUpMailLinks",
}  # fmt: skip

_ALL = operations()
every_operation = pytest.mark.parametrize("operation", _ALL, ids=[one.operation_id for one in _ALL])


def test_every_rpc_for_persons_has_a_route() -> None:
    """What a person may ask of a service, they may ask over HTTP."""
    reached = {(one.rpc.service, one.rpc.method.name) for one in _ALL if one.rpc}
    offered = {
        (service, method.name)
        for service, descriptor in SERVICE_DESCRIPTORS.items()
        for method in descriptor.methods
        if method.name not in _BETWEEN_SERVICES
    }
    assert reached == offered


@every_operation
def test_every_field_passes_both_ways(
    operation: Operation, client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """Path, query, body and header become the fields of the same name; a full answer comes out whole."""
    assert operation.rpc is not None
    asked, answered = operation.rpc.method.input_type, operation.rpc.method.output_type
    services.answers[operation.rpc.method.name] = samples.message_of(answered)
    request = samples.request_of(operation)
    request["headers"] |= bearer
    response = client.request(**request)
    assert response.status_code == operation.answers.status, response.text
    assert (services.last.service, services.last.rpc) == (operation.rpc.service, operation.rpc.method.name)
    # The presentation excludes the code; a person's own check is their latest; staff's offers name no partner.
    given = {field.name for field, _ in services.last.request.ListFields()} | {"code", "check_id"}
    if operation.path.startswith("/v1/staff/offers"):
        given.add("partner_id")
    assert {field.name for field in asked.fields} <= given
    if isinstance(operation.answers, Json):
        assert set(response.json()) == {field.name for field in answered.fields}
        assert None not in _values(response.json())


@every_operation
def test_a_person_is_needed_wherever_the_operation_says_so(
    operation: Operation, client: httpx.Client, services: FakeServices
) -> None:
    """No token: 401 before any service is asked, or a call without one where the route is public."""
    response = client.request(**samples.request_of(operation))
    if operation.signed_in:
        assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
        assert not services.calls
    else:
        assert response.status_code == operation.answers.status
        assert "authorization" not in services.last.metadata


def _values(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _values(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _values(one)]
    return [value]


@every_operation
def test_its_schema_and_the_contract_name_the_same_fields(operation: Operation) -> None:
    """At every depth: a field that a service answers is not lost on the way out."""
    if isinstance(operation.answers, Json):
        assert operation.rpc is not None
        _compare(operation.answers.schema(), operation.rpc.method.output_type)


def _compare(schema: Schema, descriptor: Descriptor) -> None:
    members = {field.attribute or name: field for name, field in schema.fields.items()}
    assert set(members) == {field.name for field in descriptor.fields}, descriptor.full_name
    for field in descriptor.fields:
        member = members[field.name]
        inner = member.inner if isinstance(member, fields.List) else member
        if isinstance(inner, fields.Nested):
            assert field.message_type is not None
            _compare(inner.schema, field.message_type)


@every_operation
def test_money_moves_only_with_a_key(operation: Operation) -> None:
    """Where the contract has an idempotency key, the route requires the header; nowhere else."""
    assert operation.rpc is not None
    has_key = "idempotency_key" in operation.rpc.method.input_type.fields_by_name
    assert operation.keyed == has_key


def test_operation_ids_are_unique() -> None:
    """Clients are generated from them."""
    assert len({one.operation_id for one in _ALL}) == len(_ALL)
