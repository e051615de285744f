"""What a person who says something of themselves could have: the memberships' own decision, on nobody's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rulebooks import Decision, Rulebook
from rulebooks.territory import REGION_OF_DEPARTMENT
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.domain.membership import decide

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Said:
    """Empty texts are not known. Departments are INSEE codes that exist; the other words are the vocabulary's."""

    birth_date: date
    residence_department: str
    study_status: str
    study_department: str
    study_establishment_kind: str
    study_level: str
    study_track: str


def simulate(rulebook: Rulebook, said: Said, on: date) -> Decision:
    """The decision on a request made on `on` by somebody who said this and nothing was checked of.

    The schooling counts as asked for and not yet validated, so it speaks only where the scheme's own schools
    validate, as it does for a real request.
    """
    enrolment = Enrolment(rulebook.scheme, rulebook.season, EnrolmentState.REQUESTED, _schooling(said))
    facts = PersonFacts(_NOBODY, 0, said.birth_date, _person(said), (enrolment,))
    return decide(rulebook, facts, on, ())


def _person(said: Said) -> dict[str, object]:
    return {
        "identity_checked": False,
        "residence_department": said.residence_department,
        "residence_region": _region(said.residence_department),
        "study_status": said.study_status,
        "study_department": said.study_department,
        "study_region": _region(said.study_department),
    }


def _schooling(said: Said) -> dict[str, object]:
    return {
        "study_establishment_kind": said.study_establishment_kind,
        "study_level": said.study_level,
        "study_track": said.study_track,
    }


def _region(department: str) -> str:
    return REGION_OF_DEPARTMENT[department] if department else ""
