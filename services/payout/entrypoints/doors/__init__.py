"""The gRPC doors of the payout service, by noun."""

from services.payout.entrypoints.doors.clawbacks import ClawbackDoor
from services.payout.entrypoints.doors.holds import HoldDoor
from services.payout.entrypoints.doors.partner_accounts import PartnerAccountDoor
from services.payout.entrypoints.doors.runs import RunDoor

__all__ = ["ClawbackDoor", "HoldDoor", "PartnerAccountDoor", "RunDoor"]
