"""The gRPC doors of the notification service, by who calls."""

from services.notification.entrypoints.doors.persons import PersonDoor
from services.notification.entrypoints.doors.staff import StaffDoor
from services.notification.entrypoints.doors.subscribers import SubscriberDoor

__all__ = ["PersonDoor", "StaffDoor", "SubscriberDoor"]
