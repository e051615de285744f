"""Links that mails hold, as identity tells them at the moment of writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atouts.identity.v1 import credentials_pb2 as pb

from chassis.grpc_client import Peer
from services.notification.domain.mail import MailLink


class IdentityLinks:
    """Raises Operational when identity is away. A batch of mails is smaller than identity's limit."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def look_up(self, link_ids: Sequence[str]) -> Mapping[str, MailLink]:
        """Links that are good; one that is used, void or over is left out."""
        answer = self._peer.call("LookUpMailLinks", pb.LookUpMailLinksRequest(link_ids=link_ids))
        return {each.link_id: MailLink(each.link_id, each.email, each.token) for each in answer.links}
