"""The other services, asked to close and to clear a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atouts.personal.v1 import messages_pb2 as pb

from chassis.grpc_client import Peer
from chassis.personal_data import DESCRIPTOR, Standing
from chassis.tokens import ServiceTokens

_TIMEOUT_S = 10.0


class PersonalDataPeers:
    """Each raises chassis.errors.Operational when the service is away. `address` says where one is."""

    def __init__(
        self,
        services: Sequence[str],
        address: Callable[[str], str],
        tokens: ServiceTokens,
        run: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._peers = {name: Peer(DESCRIPTOR, name, address(name), tokens, run) for name in services}

    def close(self, service: str, person_id: str, movement_ids: Sequence[str] = ()) -> Standing:
        """Stop what the person may still do there; what is open."""
        request = pb.ClosePersonRequest(person_id=person_id, movement_ids=movement_ids)
        answer = self._peers[service].call("ClosePerson", request, timeout_s=_TIMEOUT_S)
        holds: Mapping[str, int] = {hold.code: hold.count for hold in answer.holds}
        return Standing(holds, tuple(answer.movement_ids), tuple(answer.once_keys))

    def erase(self, service: str, person_id: str) -> int:
        """Clear what it keeps of the person; how many rows."""
        request = pb.ErasePersonRequest(person_id=person_id)
        answer = self._peers[service].call("ErasePerson", request, timeout_s=_TIMEOUT_S)
        return sum(cleared.rows for cleared in answer.cleared)
