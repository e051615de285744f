"""Facts that somebody says of a person, in the words of the rulebooks' vocabulary, and who may say which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rulebooks import communes
from rulebooks.vocabulary import PERSON, Fact, FactValue
from services.identity.domain.refusals import FactUnfit

Told = Mapping[str, FactValue]

_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_MOST_CODES = 50
_COMMUNE = "residence_commune"


def _told_by(*tellers: str) -> frozenset[str]:
    return frozenset(name for name, fact in PERSON.items() if fact.told_by in tellers)


# Where no school is asked, the person says their schooling themselves; a profile has its own place for the status.
BY_PERSON = _told_by("person", "school") - {"study_status"}
# A schooling has its own places for the rest.
BY_SCHOOL = _told_by("school") - {"study_establishment_kind", "study_level", "study_track", "study_sector"}
# Guardians sign on paper, and staff record it. What a person says, staff put right: their word goes before.
BY_STAFF = _told_by("staff", "guardian") | BY_PERSON | {"residence_commune", "study_status"}
BY_GUARDIAN = _told_by("guardian")


def fit_facts(told: Iterable[tuple[str, FactValue]], sayable: frozenset[str]) -> dict[str, FactValue]:
    """Checked facts by name, lists sorted without doubles. Raises FactUnfit naming the fact."""
    return {name: _fit(name, value, sayable) for name, value in told}


def known(facts: Told) -> dict[str, FactValue]:
    """Those that say something: what has its unknown value is not kept."""
    return {name: value for name, value in facts.items() if value != PERSON[name].unknown}


def without(name: str) -> dict[str, FactValue]:
    """What takes a fact away."""
    return {name: PERSON[name].unknown}


def _fit(name: str, value: FactValue, sayable: frozenset[str]) -> FactValue:
    if name not in sayable or PERSON[name].complaint(value) is not None:
        raise FactUnfit(name)
    if name == _COMMUNE and value and communes.by_code(str(value)) is None:
        raise FactUnfit(name)
    if isinstance(value, list):
        return _fit_codes(PERSON[name], value)
    if isinstance(value, str) and value and not _CODE.fullmatch(value) and not PERSON[name].values and name != _COMMUNE:
        raise FactUnfit(name)
    return value


def _fit_codes(fact: Fact, codes: list[str]) -> list[str]:
    fit = sorted(set(codes))
    if len(fit) > _MOST_CODES or not all(_CODE.fullmatch(code) for code in fit):
        raise FactUnfit(fact.name)
    return fit
