"""Partners' public names, and who is written to for them, as partner tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atouts.partner.v1 import organisations_pb2 as pb

from chassis.grpc_client import Peer

_LOOKED_UP_AT_ONCE = 1_000  # partner's own limit


class KnownPartners:
    """Raises Operational when partner is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def names(self, partner_ids: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(partner_ids), _LOOKED_UP_AT_ONCE):
            request = pb.LookUpPartnersRequest(partner_ids=partner_ids[start : start + _LOOKED_UP_AT_ONCE])
            answer = self._peer.call("LookUpPartners", request)
            found |= {each.partner_id: each.public_name for each in answer.partners}
        return found

    def accounts_of(self, partner_id: str) -> Sequence[str]:
        answer = self._peer.call("ListPartnerContacts", pb.ListPartnerContactsRequest(partner_id=partner_id))
        return tuple(answer.account_ids)
