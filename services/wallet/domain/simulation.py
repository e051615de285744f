"""What a person who says something of themselves could have: the memberships' own decision, on nobody's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from rulebooks import Rulebook, answers
from rulebooks.territory import REGION_OF_DEPARTMENT
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.domain.membership import decide

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Said:
    """Empty texts are not known. Departments are INSEE codes that exist; `facts` are the vocabulary's, by name."""

    birth_date: date
    residence_department: str
    study_department: str
    facts: Mapping[str, object]


def simulate(rulebook: Rulebook, said: Said, on: date, versions: Sequence[Rulebook] = ()) -> answers.Answer:
    """The decision on a request made on `on` by somebody who said this and nothing was checked of, in full.

    The schooling counts as asked for and not yet validated, as it does for a real request; a charter is taken as
    accepted and stays the first step. `versions`: of the season, in order.
    """
    enrolment = Enrolment(rulebook.scheme, rulebook.season, EnrolmentState.REQUESTED, said.facts)
    facts = PersonFacts(_NOBODY, 0, said.birth_date, _person(said), (enrolment,))
    decision = decide(rulebook, facts, on, (), charter_accepted=True)
    if rulebook.beneficiary_charter is not None:
        decision = replace(decision, requires=("beneficiary_charter", *decision.requires))
    return answers.answer(rulebook, decision, on, facts.flat(rulebook, on, ()), versions)


def _person(said: Said) -> dict[str, object]:
    return {
        **said.facts,
        "identity_checked": False,
        "residence_department": said.residence_department,
        "residence_region": _region(said.residence_department),
        "study_department": said.study_department,
        "study_region": _region(said.study_department),
    }


def _region(department: str) -> str:
    return REGION_OF_DEPARTMENT[department] if department else ""
