"""Who is behind an account, as identity tells it at the moment of writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atouts.identity.v1 import accounts_pb2 as pb

from chassis.grpc_client import Peer
from services.notification.domain.mail import Contact

_LOOKED_UP_AT_ONCE = 1_000  # identity's own limit


class IdentityContacts:
    """Raises Operational when identity is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def look_up(self, account_ids: Sequence[str]) -> Mapping[str, Contact]:
        """Accounts that can be written to; one without an address, or erased, is left out."""
        found: dict[str, Contact] = {}
        for start in range(0, len(account_ids), _LOOKED_UP_AT_ONCE):
            request = pb.LookUpContactsRequest(account_ids=account_ids[start : start + _LOOKED_UP_AT_ONCE])
            answer = self._peer.call("LookUpContacts", request)
            found |= {
                each.account_id: Contact(each.account_id, each.email, each.given_name)
                for each in answer.contacts
                if each.email
            }
        return found
