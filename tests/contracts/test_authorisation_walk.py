"""Every RPC of every service and every route of the gateway, by everybody, against the table in `authorisation.yaml`.

Each service's own tests make real calls with real grants; this walk leaves out no RPC, no route and no caller.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf.descriptor import FieldDescriptor

from chassis.config import SERVICES
from chassis.context import AccountKind
from chassis.policy import ANYONE, Delegate, Either, Rule
from embedded.rundir import ROOT
from gateway.routes import operations
from tests.contracts.callers import Caller, callers, request_of
from tests.contracts.services import descriptors, entrypoint

_TABLE = yaml.safe_load((Path(__file__).with_name("authorisation.yaml")).read_text(encoding="utf-8"))
_CALLERS = {caller.name: caller for caller in callers()}
# Where a request that names no partner is judged by another rule.
_NO_PARTNER = " without a partner"


def _groups() -> dict[str, frozenset[str]]:
    """The table's names for several callers at once."""
    groups = {"everybody": frozenset(_CALLERS)}
    for name, members in _TABLE["groups"].items():
        groups[name] = _expanded(members, groups)
    return groups


def _expanded(words: list[str], groups: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        if word not in groups and word not in _CALLERS:
            raise LookupError(f"authorisation.yaml speaks of « {word} », and nobody is called so")
        found |= groups.get(word, {word})
    return frozenset(found)


def _lines() -> Iterator[tuple[str, str, Any, Rule]]:
    """Service, line, request and rule of every RPC that any proto declares."""
    for service, descriptor in descriptors().items():
        policy = entrypoint(service, "policy").POLICY
        for rpc in descriptor.methods:
            yield service, rpc.name, request_of(rpc), policy[rpc.name]
            if "partner_id" in rpc.input_type.fields_by_name:
                yield service, rpc.name + _NO_PARTNER, request_of(rpc, names_partner=False), policy[rpc.name]


_LINES = list(_lines())
every_line = pytest.mark.parametrize(
    ("service", "line", "request_", "rule"), _LINES, ids=[f"{service}-{line}" for service, line, _, _ in _LINES]
)


@every_line
def test_each_rpc_is_open_to_whom_the_table_names_and_to_nobody_else(
    service: str, line: str, request_: Any, rule: Rule
) -> None:
    """No RPC is missing from the table; one that asks for a partner is for no role when it is not named."""
    let_through = {name for name, caller in _CALLERS.items() if caller.may_call(rule, request_)}
    table = _TABLE[service]
    expected = table.get(line, table[line.removesuffix(_NO_PARTNER)] if line.endswith(_NO_PARTNER) else None)
    assert expected is not None, f"{service}.{line} has no line in authorisation.yaml"
    assert let_through == _without_delegates(_expanded(expected, _groups()), line, table, rule)


def _without_delegates(named: frozenset[str], line: str, table: dict[str, Any], rule: Rule) -> frozenset[str]:
    """Without a partner a delegate's role leads nowhere, unless the table has a line that says otherwise."""
    if line.endswith(_NO_PARTNER) and line not in table and _asks_a_delegate(rule):
        return frozenset(name for name in named if not name.startswith("delegate"))
    return named


def _asks_a_delegate(rule: Rule) -> bool:
    if isinstance(rule, Either):
        return any(_asks_a_delegate(each) for each in rule.rules)
    return isinstance(rule, Delegate) and not rule.in_handler


def test_the_table_speaks_of_no_rpc_that_is_gone() -> None:
    lines = {service: {line for of, line, _, _ in _LINES if of == service} for service in SERVICES}
    assert {service: set(_TABLE[service]) - lines[service] for service in SERVICES} == {
        each: set() for each in SERVICES
    }


@every_line
def test_a_role_held_at_another_authority_opens_nothing_here(
    service: str, line: str, request_: Any, rule: Rule
) -> None:
    """Whoever has a role elsewhere may do here what anybody of their kind may, and no more."""
    for caller in _CALLERS.values():
        elsewhere = caller.from_elsewhere.may_call(rule, request_)
        assert elsewhere == caller.without_role.may_call(rule, request_), f"{service}.{line}: {caller.name}"


def test_the_doors_that_read_grants_themselves_are_the_debit_group_s() -> None:
    """Any partner's account passes their policy: their own refusal is called for in the wallet's walk."""
    own = {line for _, line, _, rule in _LINES if isinstance(rule, Delegate) and rule.in_handler}
    assert {line.removesuffix(_NO_PARTNER) for line in own} == {"Debit", "Transfer", "EchoDebit"}


# Routes


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.operation_id)
def test_a_route_asks_for_a_token_where_its_rpc_asks_for_somebody(operation: Any) -> None:
    """Without one the gateway calls for nobody: only an RPC that is open to nobody in particular may be behind it.

    A route with a token passes it on: who may is the RPC's line above."""
    assert operation.rpc is not None
    rule = entrypoint(operation.rpc.service, "policy").POLICY[operation.rpc.method.name]
    nobody = _CALLERS["nobody"].may_call(rule, request_of(operation.rpc.method))
    assert nobody is not operation.signed_in
    # What is open to the gateway alone is proven otherwise: by a subscriber's secret, or a provider's signature.
    proven = operation.for_subscriber or operation.rpc.method.name == "RecordProviderEvent"
    assert proven == (nobody and rule is not ANYONE)


def test_every_rpc_that_is_open_to_people_has_a_route_or_is_between_services() -> None:
    routed = {(one.rpc.service, one.rpc.method.name) for one in operations() if one.rpc}
    for service, line, request, rule in _LINES:
        if (service, line.removesuffix(_NO_PARTNER)) in routed:
            continue
        open_to = {name for name, caller in _CALLERS.items() if caller.may_call(rule, request)}
        assert not open_to & _groups()["persons"] or line.removesuffix(_NO_PARTNER) in _TABLE["between services"], line


# Another's data


def _of_somebody() -> dict[str, Rule]:
    """RPCs that name a thing of somebody's by its id and are open to persons who are no staff."""
    own = [_CALLERS[name] for name in _groups()["own data"]]
    return {
        f"{service}.{line}": rule
        for service, line, request, rule in _LINES
        if not line.endswith(_NO_PARTNER)
        and rule is not ANYONE
        and any(caller.may_call(rule, request) for caller in own)
        and any(_names_a_thing(field) for field in request.DESCRIPTOR.fields)
    }


def _names_a_thing(field: FieldDescriptor) -> bool:
    """A partner is judged by the table above: a delegate of another is not let through."""
    return str(field.name).endswith(("_id", "_ids")) and field.name != "partner_id"


def test_each_rpc_that_names_somebody_s_thing_is_refused_to_another_in_a_test_of_its_own() -> None:
    """With a real call and somebody else's id; or the thing is everybody's, and the table says so."""
    assert set(_TABLE["another's"]) == set(_of_somebody())


@pytest.mark.parametrize(("rpc", "proof"), _TABLE["another's"].items())
def test_the_proof_that_another_is_refused_exists_and_calls_that_rpc(rpc: str, proof: str) -> None:
    if proof == "everybody's":
        return
    path, _, name = proof.partition("::")
    source = (ROOT / "tests" / "integration" / path).read_text(encoding="utf-8")
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert name in {function.name for function in functions}, proof
    assert rpc.partition(".")[2] in source, f"{proof} does not call {rpc}"


def test_an_account_of_each_kind_comes_to_the_doors() -> None:
    kinds = {caller.context.account.kind for caller in _CALLERS.values() if caller.context.account}
    assert kinds == set(AccountKind)


def test_names_of_callers_are_distinct() -> None:
    assert len(_CALLERS) == len(list(callers()))
    assert all(isinstance(caller, Caller) for caller in _CALLERS.values())
