"""The RPCs of the wallet service: each parses, calls one use case, maps its answer."""

from services.wallet.entrypoints.doors.access_uses import AccessDoor
from services.wallet.entrypoints.doors.card_batches import CardBatchDoor
from services.wallet.entrypoints.doors.cards import CardDoor
from services.wallet.entrypoints.doors.corrections import CorrectionDoor
from services.wallet.entrypoints.doors.holder import HolderDoor
from services.wallet.entrypoints.doors.memberships import MembershipDoor
from services.wallet.entrypoints.doors.seasons import SeasonDoor
from services.wallet.entrypoints.doors.services import ServicesDoor
from services.wallet.entrypoints.doors.simulations import SimulationDoor
from services.wallet.entrypoints.doors.suspensions import SuspensionDoor
from services.wallet.entrypoints.doors.till import TillDoor
from services.wallet.entrypoints.doors.transfers import TransferDoor
from services.wallet.entrypoints.doors.vouchers import VoucherDoor

__all__ = [
    "AccessDoor",
    "CardBatchDoor",
    "CardDoor",
    "CorrectionDoor",
    "HolderDoor",
    "MembershipDoor",
    "SeasonDoor",
    "ServicesDoor",
    "SimulationDoor",
    "SuspensionDoor",
    "TillDoor",
    "TransferDoor",
    "VoucherDoor",
]
