"""What a person declares of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from rulebooks import communes
from rulebooks.vocabulary import STUDY_STATUSES
from services.identity.domain.documents.names import folded
from services.identity.domain.person_names import fit_given_names, fit_name
from services.identity.domain.refusals import BirthDateUnfit, CommuneUnknown, StudyStatusUnknown
from services.identity.domain.told_facts import BY_PERSON, Told, fit_facts, known

OLDEST_YEARS = 120


@dataclass(frozen=True, slots=True)
class Profile:
    """Communes are INSEE codes; `study_commune` is empty when the person studies nowhere.

    `facts`: by name, what the vocabulary lets the person say beyond it.
    """

    surname: str
    given_names: tuple[str, ...]
    birth_date: date
    residence_commune: str
    study_status: str
    study_commune: str = ""
    facts: Told = field(default_factory=dict)

    @property
    def all_given_names(self) -> str:
        return " ".join(self.given_names)

    def is_same_person_as(self, other: Profile) -> bool:
        """Whether a card accepted for one also stands for the other: same names, as a card writes them, and birth date.

        A card knows no case, accent or hyphen: putting them right proves nothing anew.
        """
        return self._as_on_a_card() == other._as_on_a_card()

    def _as_on_a_card(self) -> tuple[tuple[str, ...], tuple[str, ...], date]:
        return folded(self.surname), folded(self.all_given_names), self.birth_date


@dataclass(frozen=True, slots=True)
class Person:
    """A person as others may know them. `version` rises with each change of a fact or an enrolment.

    `recorded`: facts by name that staff recorded.
    """

    person_id: str
    profile: Profile
    identity_checked: bool
    version: int
    recorded: Told = field(default_factory=dict)

    def with_profile(self, profile: Profile) -> Person:
        """Another name or birth date is another identity: it has to be checked again."""
        checked = self.identity_checked and profile.is_same_person_as(self.profile)
        return replace(self, profile=profile, identity_checked=checked)

    def with_recorded(self, facts: Told) -> Person:
        """These facts as staff record them now, the others as they are.

        An unknown value takes a fact away; of what the profile says, it is kept: staff say that it is not so.
        """
        merged = {**self.recorded, **facts}
        kept = {name: value for name, value in merged.items() if name in self.profile.facts}
        return replace(self, recorded={**known(merged), **kept})

    def without_recorded(self, name: str) -> Person:
        """What the profile says of it, if anything, counts again."""
        return replace(self, recorded={each: value for each, value in self.recorded.items() if each != name})


def declare(profile: Profile, on: date) -> Profile:
    """The profile, cleaned, on the day `on`.

    Raises NameUnfit, BirthDateUnfit, CommuneUnknown, StudyStatusUnknown, FactUnfit.
    """
    if profile.study_status not in STUDY_STATUSES:
        raise StudyStatusUnknown
    return Profile(
        surname=fit_name(profile.surname, "surname"),
        given_names=fit_given_names(profile.given_names),
        birth_date=fit_birth_date(profile.birth_date, on),
        residence_commune=_fit_commune(profile.residence_commune, "residence_commune"),
        study_status=profile.study_status,
        study_commune=_fit_commune(profile.study_commune, "study_commune") if profile.study_commune else "",
        facts=known(fit_facts(profile.facts.items(), BY_PERSON)),
    )


def fit_birth_date(day: date, on: date) -> date:
    """Raises BirthDateUnfit for a day to come, or over 120 years ago."""
    if day > on or on.year - day.year > OLDEST_YEARS:
        raise BirthDateUnfit
    return day


def _fit_commune(code: str, field: str) -> str:
    if communes.by_code(code) is None:
        raise CommuneUnknown(field)
    return code
