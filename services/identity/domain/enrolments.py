"""Enrolments: a pupil asks, the establishment answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.identity.domain.documents.names import folded
from services.identity.domain.refusals import EnrolmentDecided, ReasonMissing
from services.identity.domain.schooling import Schooling

LONGEST_REASON = 500
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})")


class EnrolmentState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    VALIDATED = "validated"
    REJECTED = "rejected"

    @property
    def is_decided(self) -> bool:
        return self is not EnrolmentState.REQUESTED


@dataclass(frozen=True, slots=True)
class Establishment:
    """A school, as partner registered it. `region` is an INSEE code."""

    partner_id: str
    uai: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One request of one person, for a scheme and a season. `version` is the person's facts' at its last change."""

    enrolment_id: str
    person_id: str
    scheme: str
    season: str
    partner_id: str
    uai: str
    schooling: Schooling
    state: EnrolmentState = EnrolmentState.REQUESTED
    reason: str = ""
    version: int = 0
    requested_at: datetime | None = None

    def validate(self, corrected: Schooling) -> Enrolment:
        """Raises EnrolmentDecided; the same answer again is the same enrolment."""
        return self._decided(replace(self, state=EnrolmentState.VALIDATED, schooling=corrected, reason=""))

    def reject(self, reason: str) -> Enrolment:
        """Raises ReasonMissing, EnrolmentDecided."""
        return self._decided(replace(self, state=EnrolmentState.REJECTED, reason=fit_reason(reason)))

    def _decided(self, answer: Enrolment) -> Enrolment:
        if self.state.is_decided and answer != self:
            raise EnrolmentDecided
        return answer


def season_before(season: str) -> str:
    """`2024-2025` for `2025-2026`; empty where seasons are not named after years."""
    years = _SCHOOL_YEAR.fullmatch(season)
    return f"{int(years[1]) - 1}-{int(years[2]) - 1}" if years else ""


def fit_reason(reason: str) -> str:
    """Why something was refused, in one line for the person. Raises ReasonMissing."""
    fit = " ".join(reason.split())[:LONGEST_REASON]
    if not fit:
        raise ReasonMissing
    return fit


def pupil_key(season: str, partner_id: str, surname: str, given_names: str, birth_date: date) -> str:
    """What one pupil of one establishment's season is known by, to be kept only as a keyed hash.

    Lists give the usual given name, cards give all: only the first counts. Accents, case, hyphens and spaces
    inside a name do not.
    """
    usual = next((words for word in given_names.replace(",", " ").split() if (words := folded(word))), ())
    names = "".join(folded(surname)), "".join(usual)
    return "|".join((season, partner_id, *names, birth_date.isoformat()))
