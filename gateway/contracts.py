"""The services' contracts, as the gateway names them: `rpc("wallet", "Debit")`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from atouts.bonplan.v1 import service_pb2 as bonplan
from atouts.calls.v1 import service_pb2 as calls
from atouts.identity.v1 import service_pb2 as identity
from atouts.notification.v1 import service_pb2 as notification
from atouts.operations.v1 import service_pb2 as operations
from atouts.partner.v1 import service_pb2 as partner
from atouts.payout.v1 import service_pb2 as payout
from atouts.wallet.v1 import service_pb2 as wallet
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

# A service that is away is known within 3 seconds; what takes longer by nature says so.
QUICK_S = 2.5
SLOW_S = 10.0
BULK_S = 60.0

SERVICE_DESCRIPTORS: dict[str, ServiceDescriptor] = {
    "identity": identity.DESCRIPTOR.services_by_name["IdentityService"],
    "wallet": wallet.DESCRIPTOR.services_by_name["WalletService"],
    "partner": partner.DESCRIPTOR.services_by_name["PartnerService"],
    "payout": payout.DESCRIPTOR.services_by_name["PayoutService"],
    "bonplan": bonplan.DESCRIPTOR.services_by_name["BonplanService"],
    "notification": notification.DESCRIPTOR.services_by_name["NotificationService"],
}
OPERATIONS_DESCRIPTOR = operations.DESCRIPTOR.services_by_name["OperationsService"]
CALLS_DESCRIPTOR = calls.DESCRIPTOR.services_by_name["CallsService"]


def _alone(_request: Any) -> bool:
    return False


@dataclass(frozen=True)
class Rpc:
    """One method of a service's door, and how long it may take. `together`: whether this request may go in one
    message with others that come in meanwhile."""

    service: str
    method: MethodDescriptor
    timeout_s: float
    together: Callable[[Any], bool] = _alone

    @property
    def path(self) -> str:
        """As gRPC addresses it."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"


def rpc(service: str, name: str, timeout_s: float = QUICK_S, together: Callable[[Any], bool] = _alone) -> Rpc:
    """Raises KeyError when the contract has no such method."""
    return Rpc(service, SERVICE_DESCRIPTORS[service].methods_by_name[name], timeout_s, together)


def call_many(service: str) -> Rpc:
    """Many calls in one message, where the service takes them."""
    return Rpc(service, CALLS_DESCRIPTOR.methods_by_name["CallMany"], QUICK_S)


def progress_of(service: str) -> Rpc:
    """GetProgress, which every service serves."""
    return Rpc(service, OPERATIONS_DESCRIPTOR.methods_by_name["GetProgress"], QUICK_S)
