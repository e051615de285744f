"""What persons declare, and what is told to others when it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.work import Work
from services.identity.application.ports import Persons
from services.identity.domain.profiles import Person, Profile, declare
from services.identity.domain.refusals import ProfileMissing
from services.identity.domain.told_facts import BY_STAFF, Told, fit_facts


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What staff record of a person, by name, and why; facts that are not named stay as they are."""

    person_id: str
    facts: Told
    reason: str


def record_facts(work: Work, persons: Persons, command: RecordFacts) -> Person:
    """Keep what staff validated of a person; the same again changes nothing. Raises FactUnfit, ProfileMissing."""
    facts = fit_facts(command.facts.items(), BY_STAFF)
    person = locked_person(work, persons, command.person_id)
    recorded = person.with_recorded(facts)
    if recorded == person:
        return person
    after = {"facts": sorted(facts), "version": person.version + 1}
    work.audit("facts_recorded", person.person_id, before={"version": person.version}, after=after)
    return keep_changed(work, persons, recorded, command.reason)


@dataclass(frozen=True, slots=True)
class CorrectProfile:
    """What staff put right of a person, with a proof in hand, and why."""

    person_id: str
    profile: Profile
    reason: str


def correct_profile(work: Work, persons: Persons, command: CorrectProfile) -> Person:
    """A checked identity stays checked: staff answer for it.

    Raises ProfileMissing, NameUnfit, BirthDateUnfit, CommuneUnknown, StudyStatusUnknown, FactUnfit.
    """
    person = locked_person(work, persons, command.person_id)
    corrected = replace(person, profile=declare(command.profile, work.today))
    if corrected == person:
        return person
    before = {"version": person.version}
    work.audit("profile_corrected", person.person_id, before=before, after={"version": person.version + 1})
    return keep_changed(work, persons, corrected, command.reason)


def declare_profile(work: Work, persons: Persons, profile: Profile) -> Person:
    """Keep what the caller declares; the same again changes nothing.

    Raises NameUnfit, BirthDateUnfit, CommuneUnknown, StudyStatusUnknown, FactUnfit.
    """
    declared = declare(profile, work.today)
    person = persons.lock(work, work.context.account_id)
    if person is None:
        return _first_profile(work, persons, declared)
    if declared == person.profile:
        return person
    return keep_changed(work, persons, person.with_profile(declared))


def own_person(work: Work, persons: Persons) -> Person:
    """The caller's person, not locked. Raises ProfileMissing."""
    return _declared(persons.find(work, work.context.account_id))


def locked_person(work: Work, persons: Persons, person_id: str) -> Person:
    """Raises ProfileMissing."""
    return _declared(persons.lock(work, person_id))


def keep_changed(work: Work, persons: Persons, person: Person, reason: str = "") -> Person:
    """Keep a locked person's change under the next version, and tell that facts changed."""
    changed = replace(person, version=person.version + 1)
    persons.keep(work, changed, reason)
    publish_facts_changed(work, changed)
    return changed


def publish_facts_changed(work: Work, person: Person) -> None:
    work.publish("facts_changed", person.person_id, person.version, {"person_id": person.person_id})


def _first_profile(work: Work, persons: Persons, profile: Profile) -> Person:
    person = Person(work.context.account_id, profile, identity_checked=False, version=1)
    if not persons.add(work, person):
        return declare_profile(work, persons, profile)  # a rival was first: its row is there to lock now
    publish_facts_changed(work, person)
    return person


def _declared(person: Person | None) -> Person:
    if person is None:
        raise ProfileMissing
    return person
