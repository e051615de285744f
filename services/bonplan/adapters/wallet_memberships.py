"""Memberships, as the wallet lists them."""

from __future__ import annotations

from collections.abc import Iterator

from atouts.wallet.v1 import memberships_pb2 as pb

from chassis.grpc_client import Peer
from services.bonplan.domain.membership import Membership, MembershipState

_STATES = {
    pb.MEMBERSHIP_STATE_ACTIVE: MembershipState.ACTIVE,
    pb.MEMBERSHIP_STATE_ENDED: MembershipState.ENDED,
}


def listed(wallet: Peer) -> Iterator[Membership]:
    """Every membership that is, or was, active, page by page. Raises Operational when the wallet is away."""
    token = ""
    while True:
        page = wallet.call("ListMembershipStates", pb.ListMembershipStatesRequest(page_token=token))
        yield from map(_membership, page.memberships)
        token = page.next_page_token
        if not token:
            return


def _membership(listed_one: pb.MembershipStanding) -> Membership:
    return Membership(
        listed_one.membership_id,
        listed_one.person_id,
        listed_one.scheme,
        listed_one.season,
        _STATES[listed_one.state],
        listed_one.version,
    )
