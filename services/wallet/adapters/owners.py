"""What partner and identity own and this service reads: accreditations and grants, listed page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from atouts.identity.v1 import accounts_pb2 as identity_pb
from atouts.partner.v1 import accreditations_pb2 as pb
from atouts.partner.v1 import organisations_pb2 as partner_pb

from chassis.grpc_client import Peer
from services.wallet.domain.accreditation import Accreditation, words


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account may do in a scope, at a version of the owner's."""

    account_id: str
    scope: str
    roles: tuple[str, ...]
    version: int


# Those that partner has told of: drafts and applications concern nobody else.
_TOLD = {pb.ACCREDITATION_STATE_GRANTED: True, pb.ACCREDITATION_STATE_WITHDRAWN: False}


def accreditations(partner: Peer) -> Iterator[Accreditation]:
    for page in _pages(partner, "ListAccreditations", pb.ListAccreditationsRequest):
        for found in page.accreditations:
            if found.state in _TOLD:
                yield Accreditation(
                    UUID(found.partner_id),
                    found.scheme,
                    found.category,
                    _TOLD[found.state],
                    found.version,
                    found.activity or None,
                    words(found.tags),
                )


def grants(identity: Peer, partner: Peer) -> Iterator[Grant]:
    """Staff's roles, then delegates'."""
    owners: tuple[tuple[Peer, Any], ...] = (
        (identity, identity_pb.ListGrantsRequest),
        (partner, partner_pb.ListGrantsRequest),
    )
    for owner, request in owners:
        for page in _pages(owner, "ListGrants", request):
            for grant in page.grants:
                yield Grant(grant.account_id, grant.scope, tuple(grant.roles), grant.version)


def _pages(owner: Peer, rpc: str, request: Any) -> Iterator[Any]:
    token = ""
    while True:
        page = owner.call(rpc, request(page_token=token))
        yield page
        token = page.next_page_token
        if not token:
            return
