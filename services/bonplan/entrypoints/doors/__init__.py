"""The gRPC doors of the bonplan service, by noun."""

from services.bonplan.entrypoints.doors.draws import DrawDoor
from services.bonplan.entrypoints.doors.offers import OfferDoor
from services.bonplan.entrypoints.doors.registrants import RegistrantDoor
from services.bonplan.entrypoints.doors.registrations import RegistrationDoor

__all__ = ["DrawDoor", "OfferDoor", "RegistrantDoor", "RegistrationDoor"]
