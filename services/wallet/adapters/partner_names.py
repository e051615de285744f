"""Partners' names, as the public directory shows them."""

from __future__ import annotations

from uuid import UUID

from atouts.partner.v1 import organisations_pb2 as pb

from chassis.grpc_client import Peer


class DirectoryNames:
    """Raises Operational when partner is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def name_of(self, partner_id: UUID) -> str:
        answer = self._peer.call("LookUpPartners", pb.LookUpPartnersRequest(partner_ids=[str(partner_id)]))
        return next((found.public_name for found in answer.partners), "")
