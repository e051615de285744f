"""What is known of a person, flattened into the rulebooks' vocabulary for one scheme, season and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from rulebooks import PERSON, Rulebook, age_on

_SCHOOLING = frozenset(name for name, fact in PERSON.items() if fact.told_by == "school")


class EnrolmentState(StrEnum):
    REQUESTED = "requested"
    VALIDATED = "validated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A schooling that the person asked a school to validate; `facts` are those of this schooling."""

    scheme: str
    season: str
    state: EnrolmentState
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Identity's answer. `version` rises with each change; `birth_date` is None until declared."""

    person_id: UUID
    version: int
    birth_date: date | None
    facts: Mapping[str, object]
    enrolments: tuple[Enrolment, ...]

    def flat(self, rulebook: Rulebook, on: date, benefits_had: Iterable[str]) -> dict[str, object]:
        """Facts for `rulebook.decide`; `on` is the day of the request.

        A derogation asks whether *any* school of the authority validated the season, in whatever scheme; the
        schooling itself comes from the validated enrolment, or, where the rulebook has schools validate, from
        the one that is asked: it is decided on before the school has answered. Where the rulebook asks no school,
        the person's own word on their schooling counts until a school has validated one.
        """
        schooling = self._schooling(rulebook)
        return {
            **self._own(rulebook),
            **({"age": age_on(self.birth_date, on)} if self.birth_date else {}),
            **(schooling.facts if schooling else {}),
            "enrolment_validated": self._validated(rulebook),
            "benefits_had": sorted({*benefits_had, *self._had_before()}),
        }

    def _own(self, rulebook: Rulebook) -> dict[str, object]:
        heard = self.facts.items()
        return {name: value for name, value in heard if not (rulebook.school_validation and name in _SCHOOLING)}

    def _had_before(self) -> list[str]:
        """Under an account that was erased since, known by the card's mark alone."""
        told = self.facts.get("benefits_had", ())
        return [str(key) for key in told] if isinstance(told, list | tuple) else []

    def was_rejected(self, rulebook: Rulebook) -> bool:
        """The school said no, and nothing else is asked or validated for this scheme and season."""
        states = {enrolment.state for enrolment in self._of(rulebook)}
        return rulebook.school_validation and states == {EnrolmentState.REJECTED}

    def _of(self, rulebook: Rulebook) -> list[Enrolment]:
        wanted = (rulebook.scheme, rulebook.season)
        return [enrolment for enrolment in self.enrolments if (enrolment.scheme, enrolment.season) == wanted]

    def _validated(self, rulebook: Rulebook) -> bool:
        """Where the scheme itself has schools validate, only its own enrolment counts."""
        looked_at = self._of(rulebook) if rulebook.school_validation else self.enrolments
        return any(
            enrolment.season == rulebook.season and enrolment.state is EnrolmentState.VALIDATED
            for enrolment in looked_at
        )

    def _schooling(self, rulebook: Rulebook) -> Enrolment | None:
        wanted = [EnrolmentState.VALIDATED]
        if rulebook.school_validation:
            wanted.append(EnrolmentState.REQUESTED)
        of_season = [
            enrolment
            for enrolment in self.enrolments
            if enrolment.season == rulebook.season and enrolment.state in wanted
        ]
        of_season.sort(key=lambda found: (wanted.index(found.state), found.scheme != rulebook.scheme))
        return of_season[0] if of_season else None
