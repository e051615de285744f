"""Registrants' names, asked of identity when an organiser's list is shown, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from atouts.identity.v1 import accounts_pb2 as pb

from chassis import context
from chassis.context import CallContext
from chassis.grpc_client import Peer


class Contacts:
    """Asked in the service's own name: who may see the list was decided here. Raises Operational."""

    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._service = service

    def names_of(self, authority_id: str, account_ids: Sequence[str]) -> dict[str, str]:
        """Given name and surname by account, at most 1,000 at once; who has no profile is left out."""
        asked_by = context.current.set(CallContext(authority_id, self._service))
        try:
            answer = self._peer.call("LookUpContacts", pb.LookUpContactsRequest(account_ids=account_ids))
        finally:
            context.current.reset(asked_by)
        names = {each.account_id: f"{each.given_name} {each.surname}".strip() for each in answer.contacts}
        return {account_id: name for account_id, name in names.items() if name}
