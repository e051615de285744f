"""The wallet, as this service speaks to it: under its own name, whoever asked for the act."""

from __future__ import annotations

from atouts.wallet.v1 import movements_pb2 as wallet_pb

from chassis import context
from chassis.context import CallContext
from chassis.grpc_client import Peer
from services.partner.domain.accreditation import Accreditation


class WalletTills:
    """`ports.Tills` by gRPC. The command may be repeated: the wallet keeps the highest version."""

    def __init__(self, wallet: Peer, service: str) -> None:
        self._wallet = wallet
        self._service = service

    def stop(self, authority_id: str, accreditation: Accreditation) -> None:
        request = wallet_pb.StopAccreditationRequest(
            partner_id=accreditation.partner_id,
            scheme=accreditation.scheme,
            category=accreditation.category,
            reason=accreditation.reason,
            version=accreditation.version,
        )
        # The decision was a person's; the command is the service's, which the wallet alone accepts it from.
        caller = context.current.set(CallContext(authority_id, self._service))
        try:
            self._wallet.call("StopAccreditation", request)
        finally:
            context.current.reset(caller)
