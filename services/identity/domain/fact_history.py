"""What was said of a person, by whom, when and until when: words that follow one another and are never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rulebooks import PERSON
from rulebooks.vocabulary import FactValue
from services.identity.domain.profiles import Profile
from services.identity.domain.told_facts import Told


class FactSource(StrEnum):
    """Who said a fact. `PLATFORM` says one thing: its last day is over."""

    PERSON = "person"
    STAFF = "staff"
    GUARDIAN = "guardian"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Teller:
    """Who says facts, and on what ground. `expires_on`: the last day that they count; None: until taken away."""

    source: FactSource
    account_id: str = ""
    reason: str = ""
    proof: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class FactRecord:
    """One word on one fact, with its unknown value where it was taken away. `corrects`: the record before it."""

    record_id: str
    person_id: str
    name: str
    value: FactValue
    teller: Teller
    said_at: datetime
    corrects: str = ""


def facts_of_profile(profile: Profile | None) -> dict[str, FactValue]:
    """What a profile says that eligibility may ask, by name; names are no facts."""
    if profile is None:
        return {}
    return {
        **profile.facts,
        "birth_date": profile.birth_date.isoformat(),
        "residence_commune": profile.residence_commune,
        "study_status": profile.study_status,
        "study_commune": profile.study_commune,
    }


def changes(before: Told, after: Told) -> Mapping[str, FactValue]:
    """What is said otherwise now, by name; what is no longer said has its unknown value."""
    return dict(_changes(before, after))


def _changes(before: Told, after: Told) -> Iterator[tuple[str, FactValue]]:
    for name in sorted(before.keys() | after.keys()):
        value = after.get(name, PERSON[name].unknown if name in PERSON else "")
        if name not in before or before[name] != value:
            yield name, value
