"""Bons plans as everybody may see them, as bonplan tells it."""

from __future__ import annotations

from atouts.bonplan.v1 import offers_pb2 as pb

from chassis.grpc_client import Peer, PeerRefused
from services.notification.domain.mail import Offer


class PublishedOffers:
    """Raises Operational when bonplan is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def find(self, offer_id: str) -> Offer | None:
        """None when bonplan shows no such offer."""
        try:
            text = self._peer.call("GetOffer", pb.GetOfferRequest(offer_id=offer_id)).offer.text
        except PeerRefused:
            return None
        return Offer(text.title, text.prize)
