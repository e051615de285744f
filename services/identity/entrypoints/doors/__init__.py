"""The RPCs: each parses, calls one use case and maps the answer. `all_doors` holds them all."""

from __future__ import annotations

from services.identity.bootstrap import Parts
from services.identity.entrypoints.doors.accounts import AccountDoor
from services.identity.entrypoints.doors.card_reviews import CardReviewDoor
from services.identity.entrypoints.doors.cards import CardDoor
from services.identity.entrypoints.doors.class_lists import ClassListDoor
from services.identity.entrypoints.doors.credentials import CredentialDoor
from services.identity.entrypoints.doors.delegates import DelegateDoor
from services.identity.entrypoints.doors.facts import FactDoor
from services.identity.entrypoints.doors.guardians import GuardianDoor
from services.identity.entrypoints.doors.holders import HolderDoor
from services.identity.entrypoints.doors.links import LinkDoor
from services.identity.entrypoints.doors.machines import MachineDoor
from services.identity.entrypoints.doors.school_queues import SchoolQueueDoor
from services.identity.entrypoints.doors.schools import SchoolDoor
from services.identity.entrypoints.doors.sessions import SessionDoor
from services.identity.entrypoints.doors.staff import StaffDoor


def all_doors(parts: Parts) -> list[object]:
    return [
        AccountDoor(parts),
        SessionDoor(parts),
        LinkDoor(parts),
        CredentialDoor(parts),
        MachineDoor(parts),
        StaffDoor(parts),
        FactDoor(parts),
        HolderDoor(parts),
        CardDoor(parts),
        CardReviewDoor(parts),
        GuardianDoor(parts),
        DelegateDoor(parts),
        SchoolDoor(parts),
        SchoolQueueDoor(parts),
        ClassListDoor(parts),
    ]
