"""What happens to one's account, as it happens. Made for one gateway: it holds the streams, so that `operations`
takes them."""

from __future__ import annotations

from chassis.tokens import TokenVerifier
from gateway.answers import Stream
from gateway.bodies import Fields
from gateway.live import EventStream, LiveNotices
from gateway.operations import GET, Operation
from gateway.peers import Caller, Peers


def operations(live: LiveNotices, verifier: TokenVerifier) -> list[Operation]:
    """The stream of the signed-in account; it ends with the token."""

    async def live_notices(_peers: Peers, caller: Caller, _fields: Fields) -> EventStream:
        proof = verifier.person(caller.authorization.removeprefix("Bearer "))
        subscription = await live.subscribe(caller.authority_id, proof.account.account_id)
        return EventStream(subscription, proof.expires_at)

    return [
        Operation(
            GET,
            "/v1/live",
            "Être averti de ce qui arrive à son compte, tant que le jeton vaut (Server-Sent Events)",
            "Comptes",
            live_notices,
            Stream(),
            "live_notices",
        )
    ]
