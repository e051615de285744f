"""`@operation`: what a route is, said once, for the router and for the OpenAPI document alike.

    @operation(POST, "/v1/memberships", rpc("wallet", "RequestMembership"), "Demander une adhésion", …)
    def request_membership(fields: Fields) -> pb.RequestMembershipRequest:
        return pb.RequestMembershipRequest(**fields)

The decorated function makes the service's request from the fields of path, query, body and header. The name
becomes an `Operation`; the routes' modules are gathered in `gateway.routes`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf.message import Message
from marshmallow import Schema

from gateway.answers import AnswerKind
from gateway.bodies import Body, Fields
from gateway.contracts import Rpc
from gateway.peers import Caller, Peers
from gateway.rate_limits import READ, WRITE, Policy
from gateway.schemas.fields import NoQuery

GET, POST, PUT, DELETE = "GET", "POST", "PUT", "DELETE"

Build: TypeAlias = Callable[[Fields], Message]
Act: TypeAlias = Callable[[Peers, Caller, Fields], Awaitable[Any]]


@dataclass(frozen=True)
class Operation:
    """One method on one path.

    `rpc` is the call that it makes (the demo's clock makes several, and has none here). `signed_in`: a bearer
    token is needed and passed on. `keyed`: needs an Idempotency-Key, which becomes `idempotency_key`.
    `for_subscriber`: another authority calls, under its secret, which becomes `subscriber_secret`; no person does.
    """

    method: str
    path: str
    summary: str
    tag: str
    act: Act
    answers: AnswerKind
    operation_id: str
    rpc: Rpc | None = None
    takes: Body | None = None
    query: type[Schema] = NoQuery
    signed_in: bool = True
    keyed: bool = False
    limit: Policy | None = READ
    for_subscriber: bool = False


def operation(
    method: str,
    path: str,
    rpc: Rpc,
    summary: str,
    *,
    tag: str,
    answers: AnswerKind,
    takes: Body | None = None,
    query: type[Schema] = NoQuery,
    signed_in: bool = True,
    keyed: bool = False,
    limit: Policy | None = None,
    for_subscriber: bool = False,
) -> Callable[[Build], Operation]:
    """Make an Operation of a function from fields to the request of `rpc`."""

    def decorate(build: Build) -> Operation:
        async def act(peers: Peers, caller: Caller, fields: Fields) -> Message:
            return await peers.ask(rpc, build(fields), caller)

        return Operation(
            method,
            path,
            summary,
            tag,
            act,
            answers,
            build.__name__,
            rpc,
            takes,
            query,
            signed_in and not for_subscriber,
            keyed,
            limit or (READ if method == GET else WRITE),
            for_subscriber,
        )

    return decorate


def of_module(module: object) -> list[Operation]:
    """The operations that a routes' module defines, in its order."""
    return [value for value in vars(module).values() if isinstance(value, Operation)]
