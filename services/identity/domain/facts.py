"""What may be believed of a person, in the words of the rulebooks' vocabulary."""

from __future__ import annotations

from rulebooks.territory import department_of, region_of
from rulebooks.vocabulary import ESTABLISHMENT_KINDS
from services.identity.domain.enrolments import Enrolment, Establishment
from services.identity.domain.profiles import Profile

FactValue = bool | int | str
Facts = dict[str, FactValue]


def facts_of(profile: Profile, identity_checked: bool) -> Facts:
    """Facts that do not depend on a season. The age is not among them: it depends on the day asked about."""
    return {
        "identity_checked": identity_checked,
        "residence_commune": profile.residence_commune,
        "residence_department": department_of(profile.residence_commune),
        "residence_region": region_of(profile.residence_commune),
        "study_status": profile.study_status,
        "study_department": department_of(profile.study_commune),
        "study_region": region_of(profile.study_commune) if profile.study_commune else "",
    }


def facts_of_schooling(enrolment: Enrolment, establishment: Establishment) -> Facts:
    """Facts of one enrolment; a kind of establishment that no rulebook knows counts as `other`."""
    kind = establishment.kind
    return {
        "study_level": enrolment.schooling.level,
        "study_track": enrolment.schooling.track,
        "study_sector": enrolment.schooling.sector,
        "study_establishment_kind": kind if kind in ESTABLISHMENT_KINDS else "other",
        "study_region": establishment.region,
    }
