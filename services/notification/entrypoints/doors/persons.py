"""Codes and links, for the young person they are about."""

from __future__ import annotations

from atouts.notification.v1 import subscriptions_pb2 as pb

from chassis.work import Work
from services.notification.application import linking
from services.notification.bootstrap import DoorParts
from services.notification.domain.memberships import Link
from services.notification.entrypoints.doors.parsing import subscriber_id_of
from services.notification.store import links


class PersonDoor:
    """Agreeing that another authority knows of one's memberships, and ending it."""

    def __init__(self, parts: DoorParts) -> None:
        self._parts = parts

    def issue_membership_code(self, work: Work, _: pb.IssueMembershipCodeRequest) -> pb.IssueMembershipCodeResponse:
        issued = linking.issue_code(work, self._parts.codes)
        response = pb.IssueMembershipCodeResponse(code=issued.code)
        response.expires_at.FromDatetime(issued.expires_at)
        return response

    def list_my_links(self, work: Work, _: pb.ListMyLinksRequest) -> pb.ListMyLinksResponse:
        found = links.of_person(work, work.context.account_id)
        return pb.ListMyLinksResponse(links=[self._message(work, link) for link in found])

    def end_link(self, work: Work, request: pb.EndLinkRequest) -> pb.EndLinkResponse:
        linking.end_link(work, subscriber_id_of(request.subscriber_id))
        return pb.EndLinkResponse()

    def _message(self, work: Work, link: Link) -> pb.Link:
        subscriber = self._parts.gate.find(work, link.subscriber_id)
        # One that is subscriber no more is told nothing; the link can still be seen, and ended.
        message = pb.Link(
            subscriber_id=link.subscriber_id, subscriber_name=subscriber.name if subscriber else link.subscriber_id
        )
        message.linked_at.FromDatetime(link.linked_at)
        return message
