"""What another authority may ask, under its own secret."""

from __future__ import annotations

from atouts.notification.v1 import subscriptions_pb2 as pb

from chassis.work import Work
from rulebooks.authorities import Subscriber
from services.notification.application import linking
from services.notification.bootstrap import DoorParts
from services.notification.entrypoints.doors.parsing import code_of, secret_of, subscriber_id_of, uuid_of

_Request = pb.LinkPersonRequest | pb.GetLinkedPersonRequest | pb.UnlinkPersonRequest


class SubscriberDoor:
    """Knowing a person by an id of its own, and forgetting them."""

    def __init__(self, parts: DoorParts) -> None:
        self._parts = parts

    def link_person(self, work: Work, request: pb.LinkPersonRequest) -> pb.LinkPersonResponse:
        subscriber = self._admitted(work, request)
        link = linking.link_person(work, self._parts.codes, subscriber, code_of(request.code))
        return pb.LinkPersonResponse(pairwise_id=link.pairwise_id)

    def get_linked_person(self, work: Work, request: pb.GetLinkedPersonRequest) -> pb.GetLinkedPersonResponse:
        subscriber = self._admitted(work, request)
        found = linking.linked_memberships(work, subscriber, uuid_of(request.pairwise_id, "pairwise_id"))
        return pb.GetLinkedPersonResponse(
            memberships=[
                pb.LinkedMembership(scheme=each.scheme, season=each.season, state=each.state.value) for each in found
            ]
        )

    def unlink_person(self, work: Work, request: pb.UnlinkPersonRequest) -> pb.UnlinkPersonResponse:
        subscriber = self._admitted(work, request)
        linking.unlink_person(work, subscriber, uuid_of(request.pairwise_id, "pairwise_id"))
        return pb.UnlinkPersonResponse()

    def _admitted(self, work: Work, request: _Request) -> Subscriber:
        return self._parts.gate.admit(
            work, subscriber_id_of(request.subscriber_id), secret_of(request.subscriber_secret)
        )
