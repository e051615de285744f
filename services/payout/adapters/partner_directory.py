"""Partners' names, as the public directory shows them."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb

from chassis.grpc_client import Peer
from services.payout.domain.statement import Payee


class PartnerDirectory:
    """Raises Operational when partner is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def payee(self, partner_id: str) -> Payee:
        """The partner by its name and city; by its id alone when the directory does not know it."""
        answer = self._peer.call("LookUpPartners", pb.LookUpPartnersRequest(partner_ids=[partner_id]))
        for found in answer.partners:
            return Payee(found.partner_id, found.public_name, found.city)
        return Payee(partner_id)
