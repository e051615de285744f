"""Names, addresses and photos of holders, by gRPC, each time they are printed or shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from atouts.identity.v1 import holders_pb2 as pb

from chassis.grpc_client import Peer
from services.wallet.domain.card_holder import CardHolder

_AT_ONCE, _AT_ONCE_WITH_PHOTOS = 1_000, 100


class IdentityHolders:
    """Who knows holders."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def look_up(self, person_ids: Sequence[UUID], with_photos: bool = False) -> Mapping[UUID, CardHolder]:
        """The known among these persons. Raises Operational."""
        size = _AT_ONCE_WITH_PHOTOS if with_photos else _AT_ONCE
        parts = [person_ids[at : at + size] for at in range(0, len(person_ids), size)]
        found = [holder for part in parts for holder in self._ask(part, with_photos)]
        return {holder.person_id: holder for holder in found}

    def _ask(self, person_ids: Sequence[UUID], with_photos: bool) -> list[CardHolder]:
        request = pb.LookUpCardHoldersRequest(
            person_ids=[str(person_id) for person_id in person_ids], with_photos=with_photos
        )
        return [_holder(found) for found in self._peer.call("LookUpCardHolders", request, timeout_s=8).holders]


def _holder(found: pb.CardHolder) -> CardHolder:
    return CardHolder(
        UUID(found.person_id),
        found.given_name,
        found.surname,
        tuple(found.address.lines),
        found.address.postal_code,
        found.address.town,
        found.has_photo,
        found.photo,
    )
