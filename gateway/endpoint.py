"""What happens to each request of an operation, in order: whose, who, how many, what; then the act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from chassis.context import Account
from chassis.tokens import TokenVerifier
from gateway import auth, idempotency
from gateway.authorities import Authorities
from gateway.bodies import Fields, load_query
from gateway.operations import Operation
from gateway.peers import Caller, Peers
from gateway.problems import Problem
from gateway.rate_limits import RateLimits

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What endpoints stand on."""

    authorities: Authorities
    verifier: TokenVerifier
    limits: RateLimits
    peers: Peers


class Endpoint:
    """All operations of one path."""

    def __init__(self, path: str, operations: Mapping[str, Operation]) -> None:
        self._path = path
        self._operations = operations

    async def answer(self, request: Request) -> Response:
        """Raises Problem."""
        request.scope["route_template"] = self._path
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        parts: Parts = request.app.state.parts
        caller, account = _caller(operation, request, parts)
        headers: dict[str, str] = {}
        if operation.limit:
            headers = await parts.limits.admit(operation.limit, caller.address, account.account_id if account else "")
        answer = await operation.act(parts.peers, caller, await _fields(operation, request))
        response = operation.answers.render(answer)
        response.headers.update({**headers, **idempotency.replay_headers(answer)})
        return response


def _caller(operation: Operation, request: Request, parts: Parts) -> tuple[Caller, Account | None]:
    authority_id = parts.authorities.of(request)
    address = request.client.host if request.client else ""
    if not operation.signed_in:
        # An old token in the client's pocket does not keep a public page from it.
        return Caller(authority_id, address=address), None
    authorization, account = auth.bearer(request, parts.verifier)
    return Caller(authority_id, authorization, address), account


async def _fields(operation: Operation, request: Request) -> Fields:
    """Path, query, body and key together; the path wins over the body."""
    if not all(_ID.fullmatch(value) for value in request.path_params.values()):
        raise Problem(404, "not_found", "Rien ne porte cet identifiant.", "Nothing has this identifier.")
    fields = load_query(operation.query, request)
    if operation.keyed:
        fields["idempotency_key"] = idempotency.key_of(request)
    if operation.takes:
        fields |= await operation.takes.read(request)
    return fields | request.path_params
