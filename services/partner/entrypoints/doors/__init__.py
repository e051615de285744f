"""The RPCs: each parses its request, runs one use case and maps what it answers."""

from services.partner.entrypoints.doors.accreditations import AccreditationDoor
from services.partner.entrypoints.doors.partners import PartnerDoor
from services.partner.entrypoints.doors.proofs import ProofDoor
from services.partner.entrypoints.doors.services import ServiceDoor
from services.partner.entrypoints.doors.terms import TermsDoor

__all__ = ["AccreditationDoor", "PartnerDoor", "ProofDoor", "ServiceDoor", "TermsDoor"]
