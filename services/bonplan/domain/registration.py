"""A person's registration for an offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegistrationState(StrEnum):
    """`won` is a place, whether it came in order of arrival or by the draw."""

    WAITING = "waiting"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class Attendance(StrEnum):
    """Whether who had a place came; `unknown` until the organiser says."""

    UNKNOWN = ""
    CAME = "came"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Registration:
    """One a person and offer. `rulebook_hash`: the rules that registering accepted, at `registered_at`.

    `version` counts its changes: a person who withdrew may come back while registrations are open.
    """

    registration_id: str
    offer_id: str
    person_id: str
    state: RegistrationState
    registered_at: datetime
    rulebook_hash: str
    version: int
    attendance_code: str = ""
    attendance: Attendance = Attendance.UNKNOWN
