"""Enrolments: a pupil's request, the school's answer, and what others are told of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from chassis.work import Work
from rulebooks import Catalogue, UnknownRulebook
from services.identity.application.ports import Enrolments, Establishments, Persons
from services.identity.application.profiles import locked_person, publish_facts_changed
from services.identity.domain.enrolments import Enrolment, EnrolmentState
from services.identity.domain.profiles import Person
from services.identity.domain.refusals import (
    AlreadyRequested,
    EnrolmentUnknown,
    EstablishmentUnknown,
    SchemeUnknown,
    SchoolNotAsked,
)
from services.identity.domain.schooling import Schooling
from services.identity.domain.told_facts import Told


@dataclass(frozen=True, slots=True)
class EnrolmentParts:
    """What enrolments need."""

    persons: Persons
    enrolments: Enrolments
    establishments: Establishments
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class RequestEnrolment:
    """`uai` is the establishment's number."""

    scheme: str
    season: str
    uai: str
    schooling: Schooling


@dataclass(frozen=True, slots=True)
class DecideEnrolment:
    """Empty level, track and sector leave the request's, and facts that are not named too.

    `reason` is French, for the pupil, when rejected.
    """

    partner_id: str
    enrolment_id: str
    validate: bool
    reason: str
    level: str
    track: str
    sector: str
    facts: Told


def request_enrolment(work: Work, parts: EnrolmentParts, command: RequestEnrolment) -> tuple[Enrolment, Person]:
    """Raises SchemeUnknown, SchoolNotAsked, ProfileMissing, EstablishmentUnknown, AlreadyRequested."""
    _require_school_validation(work, parts.catalogue, command)
    person = locked_person(work, parts.persons, work.context.account_id)
    school = parts.establishments.find_by_uai(work, command.uai)
    if school is None:
        raise EstablishmentUnknown
    changed = replace(person, version=person.version + 1)
    enrolment = Enrolment(
        enrolment_id=str(uuid.uuid4()),
        person_id=person.person_id,
        scheme=command.scheme,
        season=command.season,
        partner_id=school.partner_id,
        uai=school.uai,
        schooling=command.schooling,
        version=changed.version,
        requested_at=work.now,
    )
    if not parts.enrolments.add(work, enrolment):
        raise AlreadyRequested
    parts.persons.keep(work, changed)
    publish_facts_changed(work, changed)
    return enrolment, changed


def decide_enrolment(work: Work, parts: EnrolmentParts, command: DecideEnrolment) -> tuple[Enrolment, Person]:
    """The school's answer; the same again changes nothing.

    Raises EnrolmentUnknown (another school's too), StudyCodeUnknown, FactUnfit, ReasonMissing, EnrolmentDecided.
    """
    person = _locked_pupil(work, parts, command)
    enrolment = parts.enrolments.lock(work, command.enrolment_id)
    if enrolment is None:
        raise EnrolmentUnknown
    decided = _answer(enrolment, command)
    if decided == enrolment:
        return enrolment, person
    changed = replace(person, version=person.version + 1)
    decided = replace(decided, version=changed.version)
    parts.persons.keep(work, changed)
    parts.enrolments.keep_decision(work, decided, work.context.account_id)
    _tell(work, enrolment, decided)
    return decided, changed


def _require_school_validation(work: Work, catalogue: Catalogue, command: RequestEnrolment) -> None:
    try:
        rulebook = catalogue.get(work.authority_id, command.scheme, command.season)
    except UnknownRulebook:
        raise SchemeUnknown from None
    if not rulebook.school_validation:
        raise SchoolNotAsked


def _locked_pupil(work: Work, parts: EnrolmentParts, command: DecideEnrolment) -> Person:
    """The pupil, locked before their enrolment. Raises EnrolmentUnknown for another school's as for none."""
    seen = parts.enrolments.find(work, command.enrolment_id)
    if seen is None or seen.partner_id != command.partner_id:
        raise EnrolmentUnknown
    return locked_person(work, parts.persons, seen.person_id)


def _answer(enrolment: Enrolment, command: DecideEnrolment) -> Enrolment:
    if not command.validate:
        return enrolment.reject(command.reason)
    return enrolment.validate(
        enrolment.schooling.corrected(command.level, command.track, command.sector, command.facts)
    )


def _tell(work: Work, before: Enrolment, after: Enrolment) -> None:
    is_valid = after.state is EnrolmentState.VALIDATED
    data = {
        "enrolment_id": after.enrolment_id,
        "person_id": after.person_id,
        "scheme": after.scheme,
        "season": after.season,
    }
    work.publish("enrolment_validated" if is_valid else "enrolment_rejected", after.person_id, after.version, data)
    work.audit("enrolment_decided", after.enrolment_id, before=_codes(before), after=_codes(after))


def _codes(enrolment: Enrolment) -> dict[str, object]:
    schooling = enrolment.schooling
    return {
        "state": enrolment.state.value,
        "level": schooling.level,
        "track": schooling.track,
        "sector": schooling.sector,
        "facts": dict(schooling.facts),
    }
