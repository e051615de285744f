"""What may be believed of a person, in the words of the rulebooks' vocabulary."""

from __future__ import annotations

from rulebooks.territory import department_of, region_of
from rulebooks.vocabulary import ESTABLISHMENT_KINDS, FactValue
from services.identity.domain.enrolments import Enrolment, Establishment
from services.identity.domain.profiles import Person

Facts = dict[str, FactValue]

_CORSICA = {"620": "2A", "720": "2B"}


def facts_of(person: Person) -> Facts:
    """Facts that do not depend on a season; what staff recorded goes before what is declared.

    The age is not among them: it depends on the day asked about."""
    profile = person.profile
    residence = str(person.recorded.get("residence_commune", profile.residence_commune))
    return {
        "study_status": profile.study_status,
        **profile.facts,
        **person.recorded,
        "identity_checked": person.identity_checked,
        "residence_commune": residence,
        "residence_department": department_of(residence),
        "residence_region": region_of(residence),
        "study_department": department_of(profile.study_commune),
        "study_region": region_of(profile.study_commune) if profile.study_commune else "",
    }


def facts_of_schooling(enrolment: Enrolment, establishment: Establishment) -> Facts:
    """Facts of one enrolment; a kind of establishment that no rulebook knows counts as `other`."""
    kind = establishment.kind
    return {
        **enrolment.schooling.facts,
        "study_level": enrolment.schooling.level,
        "study_track": enrolment.schooling.track,
        "study_sector": enrolment.schooling.sector,
        "study_establishment_kind": kind if kind in ESTABLISHMENT_KINDS else "other",
        "study_region": establishment.region,
        "study_department": department_of_school(establishment.uai),
    }


def department_of_school(uai: str) -> str:
    """The department that an establishment's number begins with: `0140013N` is in 14, `620…` in 2A, `971…` in 971."""
    number = uai[:3]
    return _CORSICA.get(number, number if number.startswith("97") else number.removeprefix("0"))
