"""What staff may decide of a card check alone, what takes two of them, and what they compare."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.identity.domain.card_checks import DOCUMENT_OF_ANOTHER, PERSON_OF_ANOTHER, CheckState
from services.identity.domain.documents import Declared, Reading, Reason
from services.identity.domain.documents.comparison import Likeness, likeness_of_dates, likeness_of_names
from services.identity.domain.refusals import CheckNotForPerson

CLEAR = frozenset(
    {
        Reason.NAME_DIFFERS.value,
        Reason.BIRTH_DATE_DIFFERS.value,
        Reason.EXPIRED.value,
        Reason.PRINTED_NAMES_DIFFER.value,
        Reason.SEAL_INVALID.value,
        Reason.SEAL_DIFFERS.value,
        DOCUMENT_OF_ANOTHER,
        PERSON_OF_ANOTHER,
    }
)
"""What was read beyond doubt and speaks against the card: one person does not overrule it."""


def require_decidable(state: CheckState, accept: bool, is_latest: bool) -> None:
    """What waits for staff, or the contrary of what was decided on a person's latest card. Raises CheckNotForPerson."""
    is_contrary = state is (CheckState.REFUSED if accept else CheckState.ACCEPTED)
    if state is not CheckState.PERSON and not (is_latest and is_contrary):
        raise CheckNotForPerson


def is_override(state: CheckState, accept: bool, standing: Collection[str]) -> bool:
    """Whether a decision goes against what is clear, and so takes a second person.

    `standing`: codes of what stands against the card today. Refusing a card against which nothing stands is one, and
    whatever goes against a decision that was made.
    """
    if state is not CheckState.PERSON:
        return True
    return not CLEAR.isdisjoint(standing) if accept else not standing


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field, as declared, as read in the zone and as printed; empty where it is not there.

    `likeness` compares the declared with the zone, `printed_likeness` the printed with the zone; None: nothing to
    compare.
    """

    name: str
    declared: str
    read: str
    printed: str
    likeness: Likeness | None
    printed_likeness: Likeness | None


def compared(declared: Declared, reading: Reading | None) -> tuple[FieldComparison, ...]:
    """Surname, given names and birth date, in this order."""
    names = (("surname", declared.surname), ("given_names", declared.given_names))
    return (
        *(_compared_name(name, text, reading) for name, text in names),
        _compared_day("birth_date", declared.birth_date, reading),
    )


def _compared_name(name: str, declared: str, reading: Reading | None) -> FieldComparison:
    printed = getattr(reading.printed, name, "") if reading else ""
    if reading is None or reading.fields is None:
        return FieldComparison(name, declared, "", printed, None, None)
    read = getattr(reading.fields, name)
    against = likeness_of_names(printed, read) if printed else None
    return FieldComparison(name, declared, read.text, printed, likeness_of_names(declared, read), against)


def _compared_day(name: str, declared: date, reading: Reading | None) -> FieldComparison:
    if reading is None or reading.fields is None:
        return FieldComparison(name, declared.isoformat(), "", "", None, None)
    read = reading.fields.birth_date
    likeness = likeness_of_dates(declared, read)
    return FieldComparison(name, declared.isoformat(), read.isoformat(), "", likeness, None)
