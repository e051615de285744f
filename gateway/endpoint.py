"""What happens to each request of an operation, in order: whose, who, how many, what; then the act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from chassis.tokens import TokenVerifier
from gateway import auth, idempotency, subscribers
from gateway.authorities import Authorities
from gateway.bodies import Fields, load_query
from gateway.live import LiveNotices
from gateway.operations import Operation
from gateway.peers import Caller, Peers
from gateway.problems import Problem
from gateway.rate_limits import RateLimits

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What endpoints stand on. `live`: the open streams of this process, where somebody listens for them."""

    authorities: Authorities
    verifier: TokenVerifier
    limits: RateLimits
    peers: Peers
    live: LiveNotices | None = None


class Endpoint:
    """All operations of one path."""

    def __init__(self, path: str, operations: Mapping[str, Operation]) -> None:
        self._path = path
        self._operations = operations

    async def answer(self, request: Request) -> Response:
        """Raises Problem, with the state of the limits in its headers too."""
        request.scope["route_template"] = self._path
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        parts: Parts = request.app.state.parts
        caller, limits = await _admit(operation, request, parts)
        try:
            answer = await operation.act(parts.peers, caller, await _fields(operation, request))
        except Problem as problem:
            problem.headers = {**limits, **problem.headers}
            raise
        response = operation.answers.render(answer)
        response.headers.update({**limits, **idempotency.replay_headers(answer)})
        return response


async def _admit(operation: Operation, request: Request, parts: Parts) -> tuple[Caller, dict[str, str]]:
    """Who calls for which authority, counted; the headers that say what is left. Raises Problem."""
    authority_id = parts.authorities.of(request)
    address = request.client.host if request.client else ""
    authorization, account_id = "", ""
    # An old token in the client's pocket does not keep a page for all from it.
    if operation.signed_in:
        try:
            authorization, account = auth.bearer(request, parts.verifier)
            account_id = account.account_id
        except Problem as problem:  # guessing tokens costs its quota
            problem.headers = {**await _count(operation, parts, address), **problem.headers}
            raise
    limits = await _count(operation, parts, address, account_id)
    return Caller(authority_id, authorization, address), limits


async def _count(operation: Operation, parts: Parts, address: str, account_id: str = "") -> dict[str, str]:
    return await parts.limits.admit(operation.limit, address, account_id) if operation.limit else {}


async def _fields(operation: Operation, request: Request) -> Fields:
    """Path, query, body and key together; the path wins over the body."""
    if not all(_ID.fullmatch(value) for value in request.path_params.values()):
        raise Problem(404, "not_found", "Rien ne porte cet identifiant.", "Nothing has this identifier.")
    fields = load_query(operation.query, request)
    if operation.keyed:
        fields["idempotency_key"] = idempotency.key_of(request)
    if operation.for_subscriber:
        fields["subscriber_secret"] = subscribers.secret_of(request)
    if operation.takes:
        fields |= await operation.takes.read(request)
    return fields | request.path_params
