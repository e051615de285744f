"""What accounts may do, as the owners list it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chassis.grpc_client import Peer


@dataclass(frozen=True, slots=True)
class Grant:
    """Roles of an account in a scope (`authority`, or `partner:<id>`). No roles: the grant is gone."""

    account_id: str
    scope: str
    roles: tuple[str, ...]
    version: int


def listed(owner: Peer, request_class: type[Any]) -> Iterator[Grant]:
    """Every grant that `owner` knows, page by page. Raises Operational when it is away."""
    token = ""
    while True:
        page = owner.call("ListGrants", request_class(page_token=token))
        for grant in page.grants:
            yield Grant(grant.account_id, grant.scope, tuple(sorted(grant.roles)), grant.version)
        token = page.next_page_token
        if not token:
            return
