"""Memberships, as the wallet lists them."""

from __future__ import annotations

from collections.abc import Iterator

from atouts.wallet.v1 import memberships_pb2 as pb

from chassis.grpc_client import Peer
from services.notification.domain.memberships import Membership, MembershipState


def listed(wallet: Peer) -> Iterator[Membership]:
    """Every membership that the wallet ever activated, page by page. Raises Operational when it is away."""
    token = ""
    while True:
        page = wallet.call("ListMembershipStates", pb.ListMembershipStatesRequest(page_token=token))
        for each in page.memberships:
            state = MembershipState.ENDED if each.state == pb.MEMBERSHIP_STATE_ENDED else MembershipState.ACTIVE
            yield Membership(each.membership_id, each.person_id, each.scheme, each.season, state, each.version)
        token = page.next_page_token
        if not token:
            return
