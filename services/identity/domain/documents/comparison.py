"""What a person declared against what the document says.

Only what is the same is accepted; what is near goes to a person: MARTIN and MARTINEZ score like
LOISEL and LOISELLE, and no threshold tells a slip from somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from rapidfuzz import fuzz

from services.identity.domain.documents.fields import Cut, DocumentFields, ZoneName
from services.identity.domain.documents.names import folded

_NEAR_SCORE = 80.0
_SHORTEST_CUT_NAME = 3


class Likeness(IntEnum):
    """How near two values are; the greater the nearer."""

    DIFFERENT = 0
    NEAR = 1
    SAME = 2


@dataclass(frozen=True)
class Declared:
    """What the person says of themselves, in their own spelling."""

    surname: str
    given_names: str
    birth_date: date


@dataclass(frozen=True)
class Comparison:
    """Likeness of the names together (the worse of the two) and of the birth dates."""

    names: Likeness
    birth_date: Likeness


def compare(declared: Declared, document: DocumentFields) -> Comparison:
    """Compare the declared identity with the document's."""
    names = min(
        likeness_of_names(declared.surname, document.surname),
        likeness_of_names(declared.given_names, document.given_names),
    )
    return Comparison(names, likeness_of_dates(declared.birth_date, document.birth_date))


def likeness_of_names(declared: str, read: ZoneName) -> Likeness:
    """Compare one declared name (any spelling) with one read in the zone.

    The same: equal words however they are joined, the same two words or more in another order, or the
    beginning of the declared name where the zone ran out of room. Near: a score of 80 to 99, all the
    words of one among those of the other, or one word other among those shared.
    """
    ours, theirs = folded(declared), tuple(read.text.split())
    if not ours or not theirs:
        return Likeness.DIFFERENT
    if _is_same(ours, theirs) or _begins(ours, theirs, read.cut):
        return Likeness.SAME
    return Likeness.NEAR if _is_near(ours, theirs) else Likeness.DIFFERENT


def likeness_of_dates(declared: date, read: date) -> Likeness:
    """Compare two dates; near when day and month are swapped or only one part differs."""
    ours, theirs = (declared.year, declared.month, declared.day), (read.year, read.month, read.day)
    if ours == theirs:
        return Likeness.SAME
    is_swapped = ours == (theirs[0], theirs[2], theirs[1])
    is_one_part = sum(a != b for a, b in zip(ours, theirs, strict=True)) == 1
    return Likeness.NEAR if is_swapped or is_one_part else Likeness.DIFFERENT


def _is_same(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return "".join(ours) == "".join(theirs) or (len(ours) >= 2 and sorted(ours) == sorted(theirs))


def _begins(ours: tuple[str, ...], theirs: tuple[str, ...], cut: Cut) -> bool:
    """The declared name, written as the zone writes it, begins with what the zone had room for."""
    seen, whole = " ".join(theirs), " ".join(ours)
    if cut is Cut.NOWHERE or len(seen) < _SHORTEST_CUT_NAME:
        return False
    return whole.startswith(seen if cut is Cut.ANYWHERE else seen + " ")


def _is_near(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    shared, only_ours, only_theirs = set(ours) & set(theirs), set(ours) - set(theirs), set(theirs) - set(ours)
    is_within = bool(shared) and (not only_ours or not only_theirs)
    is_one_word = bool(shared) and len(only_ours) == len(only_theirs) == 1
    return is_within or is_one_word or fuzz.ratio("".join(ours), "".join(theirs)) >= _NEAR_SCORE
