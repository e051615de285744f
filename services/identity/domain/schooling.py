"""A pupil's year: level, track and sector, in codes of the rulebooks' vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType

from rulebooks.vocabulary import STUDY_LEVELS, STUDY_TRACKS
from services.identity.domain.documents.names import folded
from services.identity.domain.refusals import StudyCodeUnknown
from services.identity.domain.told_facts import BY_SCHOOL, Told, fit_facts, known

_NOTHING: Told = MappingProxyType({})
_SECTOR = re.compile(r"[a-z0-9_]{0,40}")

# How schools write them; codes themselves are understood too.
_LEVEL_LABELS = {
    "2nde": "seconde",
    "2de": "seconde",
    "1ere": "premiere",
    "1re": "premiere",
    "tle": "terminale",
    "term": "terminale",
    "cap_1": "cap1",
    "1re_annee_de_cap": "cap1",
    "1ere_annee_de_cap": "cap1",
    "cap_2": "cap2",
    "2e_annee_de_cap": "cap2",
    "2eme_annee_de_cap": "cap2",
    "4e_prepa_metiers": "quatrieme_prepa_metiers",
    "3e_prepa_metiers": "troisieme_prepa_metiers",
    "4eme_prepa_metiers": "quatrieme_prepa_metiers",
    "3eme_prepa_metiers": "troisieme_prepa_metiers",
}
_TRACK_LABELS = {
    "generale": "general",
    "technologique": "technological",
    "professionnelle": "vocational",
    "professionnel": "vocational",
    "bac_pro": "vocational",
}


@dataclass(frozen=True, slots=True)
class Schooling:
    """Codes of the vocabulary; `sector` is a series or trade where a rule needs one, else empty.

    `facts`: by name, what else the vocabulary lets a school say of it.
    """

    level: str
    track: str
    sector: str = ""
    facts: Told = field(default_factory=dict)

    def corrected(self, level: str, track: str, sector: str, facts: Told = _NOTHING) -> Schooling:
        """With what the establishment says otherwise; empty values leave ours, facts that it does not name too."""
        said = {**self.facts, **facts}
        return fit_schooling(level or self.level, track or self.track, sector or self.sector, said)

    def differences(self, other: Schooling) -> tuple[str, ...]:
        """What `other` says otherwise, as `level=premiere`; a sector that it does not give is no difference."""
        pairs = (("level", self.level, other.level), ("track", self.track, other.track))
        sector = (("sector", self.sector, other.sector),) if other.sector else ()
        return tuple(f"{name}={theirs}" for name, ours, theirs in (*pairs, *sector) if ours != theirs)


def fit_schooling(level: str, track: str, sector: str, facts: Told = _NOTHING) -> Schooling:
    """A schooling from codes. Raises StudyCodeUnknown naming the field, FactUnfit."""
    if level not in STUDY_LEVELS:
        raise StudyCodeUnknown("level")
    if track not in STUDY_TRACKS:
        raise StudyCodeUnknown("track")
    if not _SECTOR.fullmatch(sector):
        raise StudyCodeUnknown("sector")
    return Schooling(level, track, sector, known(fit_facts(facts.items(), BY_SCHOOL)))


def level_code(label: str) -> str:
    """The level that a school's label means, or the label folded when it means none."""
    code = _code(label)
    return _LEVEL_LABELS.get(code, code)


def track_code(label: str) -> str:
    code = _code(label)
    return _TRACK_LABELS.get(code, code)


def sector_code(label: str) -> str:
    return _code(label)


def _code(label: str) -> str:
    return "_".join(folded(label.replace("_", " "))).lower()
