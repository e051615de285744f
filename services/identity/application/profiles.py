"""What persons declare, and what is told to others when it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from chassis.work import Work
from services.identity.application.fact_history import expire, note, schedule_expiry
from services.identity.application.ports import FactHistory, Persons
from services.identity.domain.fact_history import FactSource, Teller, changes, facts_of_profile
from services.identity.domain.profiles import Person, Profile, declare
from services.identity.domain.refusals import LastDayOver, ProfileMissing
from services.identity.domain.told_facts import BY_GUARDIAN, BY_STAFF, Told, fit_facts


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What staff record of a person, by name, why, on what proof, and the last day that it counts.

    Facts that are not named stay as they are; an unknown value takes one away.
    """

    person_id: str
    facts: Told
    reason: str
    proof: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class FactParts:
    """What facts are kept in."""

    persons: Persons
    history: FactHistory


def record_facts(work: Work, parts: FactParts, command: RecordFacts) -> Person:
    """Keep what staff validated or put right; the same again changes nothing, but to give it another last day.

    Raises FactUnfit, LastDayOver, ProfileMissing.
    """
    facts = fit_facts(command.facts.items(), BY_STAFF)
    if command.expires_on and command.expires_on < work.today:
        raise LastDayOver
    person = locked_person(work, parts.persons, command.person_id)
    recorded = person.with_recorded(facts)
    if recorded == person and not _is_renewed(work, parts, command, facts):
        return person
    _note_recorded(work, parts, command, facts)
    after = {"facts": sorted(facts), "version": person.version + 1}
    work.audit("facts_recorded", person.person_id, before={"version": person.version}, after=after)
    return keep_changed(work, parts.persons, recorded, command.reason)


@dataclass(frozen=True, slots=True)
class CorrectProfile:
    """What staff put right of a person, with a proof in hand, and why."""

    person_id: str
    profile: Profile
    reason: str


def correct_profile(work: Work, parts: FactParts, command: CorrectProfile) -> Person:
    """A checked identity stays checked: staff answer for it.

    Raises ProfileMissing, NameUnfit, BirthDateUnfit, CommuneUnknown, StudyStatusUnknown, FactUnfit.
    """
    person = locked_person(work, parts.persons, command.person_id)
    corrected = replace(person, profile=declare(command.profile, work.today))
    if corrected == person:
        return person
    before = {"version": person.version}
    work.audit("profile_corrected", person.person_id, before=before, after={"version": person.version + 1})
    changed = changes(facts_of_profile(person.profile), facts_of_profile(corrected.profile))
    teller = Teller(FactSource.STAFF, work.context.account_id, command.reason)
    note(work, parts.history, person.person_id, changed, teller)
    return keep_changed(work, parts.persons, corrected, command.reason)


def expire_fact(work: Work, parts: FactParts, record: tuple[str, str, str]) -> None:
    """Take away a recorded fact whose last day is over, by its record's id, person and name."""
    person = expire(work, parts.persons, parts.history, record)
    if person is not None:
        keep_changed(work, parts.persons, person)


def declare_profile(work: Work, parts: FactParts, profile: Profile) -> Person:
    """Keep what the caller declares; the same again changes nothing.

    Raises NameUnfit, BirthDateUnfit, CommuneUnknown, StudyStatusUnknown, FactUnfit.
    """
    declared = declare(profile, work.today)
    person = parts.persons.lock(work, work.context.account_id)
    if person is None:
        return _first_profile(work, parts, declared)
    if declared == person.profile:
        return person
    _note_declared(work, parts, person.profile, declared)
    return keep_changed(work, parts.persons, person.with_profile(declared))


def own_person(work: Work, persons: Persons) -> Person:
    """The caller's person, not locked. Raises ProfileMissing."""
    return _declared(persons.find(work, work.context.account_id))


def seen_person(work: Work, persons: Persons, person_id: str) -> Person:
    """Not locked, for staff; on record. Raises ProfileMissing."""
    person = _declared(persons.find(work, person_id))
    work.audit("profile_seen", person_id)
    return person


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


def _first_profile(work: Work, parts: FactParts, profile: Profile) -> Person:
    person = Person(work.context.account_id, profile, identity_checked=False, version=1)
    if not parts.persons.add(work, person):
        return declare_profile(work, parts, profile)  # a rival was first: its row is there to lock now
    _note_declared(work, parts, None, profile)
    publish_facts_changed(work, person)
    return person


def _note_declared(work: Work, parts: FactParts, before: Profile | None, after: Profile) -> None:
    changed = changes(facts_of_profile(before), facts_of_profile(after))
    teller = Teller(FactSource.PERSON, work.context.account_id)
    note(work, parts.history, work.context.account_id, changed, teller)


def _note_recorded(work: Work, parts: FactParts, command: RecordFacts, facts: Told) -> None:
    """A guardian's word on paper keeps its source, whoever of the staff writes it down."""
    for source, named in ((FactSource.GUARDIAN, BY_GUARDIAN), (FactSource.STAFF, facts.keys() - BY_GUARDIAN)):
        said = {name: value for name, value in facts.items() if name in named}
        teller = Teller(source, work.context.account_id, command.reason, command.proof, command.expires_on)
        schedule_expiry(work, note(work, parts.history, command.person_id, said, teller))


def _is_renewed(work: Work, parts: FactParts, command: RecordFacts, facts: Told) -> bool:
    """Whether the same is said until another day."""
    latest = parts.history.latest_recorded(work, command.person_id, list(facts))
    return any(record.teller.expires_on != command.expires_on for record in latest.values())


def _declared(person: Person | None) -> Person:
    if person is None:
        raise ProfileMissing
    return person
