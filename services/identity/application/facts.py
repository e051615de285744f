"""Facts of many persons at once, for the services that decide by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.work import Work
from services.identity.application.ports import Enrolments, Establishments, Persons
from services.identity.domain.enrolments import Enrolment
from services.identity.domain.facts import Facts, facts_of, facts_of_schooling
from services.identity.domain.profiles import Person


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What may be believed of one person, at their version."""

    person: Person
    facts: Facts
    enrolments: tuple[tuple[Enrolment, Facts], ...]


def look_up_facts(
    work: Work, persons: Persons, enrolments: Enrolments, establishments: Establishments, person_ids: Sequence[str]
) -> list[KnownFacts]:
    """Facts of those who have declared a profile; others are left out."""
    # Persons first: what is read after them may be newer than their version, never older.
    known = persons.find_all(work, person_ids)
    by_person = defaultdict(list)
    for enrolment in enrolments.of_persons(work, person_ids):
        by_person[enrolment.person_id].append(enrolment)
    partner_ids = {enrolment.partner_id for of_one in by_person.values() for enrolment in of_one}
    schools = establishments.find_all(work, partner_ids)
    return [
        KnownFacts(
            person,
            facts_of(person),
            tuple((each, facts_of_schooling(each, schools[each.partner_id])) for each in by_person[person.person_id]),
        )
        for person in known
    ]
