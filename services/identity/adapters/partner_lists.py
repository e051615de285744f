"""What partner lists of its current state, for rebuilding and comparing read models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb
from atouts.partner.v1 import service_pb2

from chassis.grpc_client import Peer
from services.identity.domain.enrolments import Establishment

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["PartnerService"]
_TIMEOUT_S = 10.0


class PartnerLists:
    """Partner's lists, page after page. Raises chassis.errors.Operational when it is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def establishments(self) -> Iterator[tuple[Establishment, int]]:
        """Each establishment and its version."""
        for page in self._pages("ListEstablishments", pb.ListEstablishmentsRequest):
            for each in page.establishments:
                school = Establishment(each.partner_id, each.uai, each.establishment_kind, each.region)
                yield school, each.version

    def grants(self) -> Iterator[tuple[str, str, tuple[str, ...], int]]:
        """Account, scope, roles and version of each delegate's grant."""
        for page in self._pages("ListGrants", pb.ListGrantsRequest):
            for each in page.grants:
                yield each.account_id, each.scope, tuple(sorted(each.roles)), each.version

    def _pages(self, rpc: str, request: Callable[..., Any]) -> Iterator[Any]:
        token = ""
        while True:
            page = self._peer.call(rpc, request(page_token=token), timeout_s=_TIMEOUT_S)
            yield page
            token = page.next_page_token
            if not token:
                return
