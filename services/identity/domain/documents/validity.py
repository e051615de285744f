"""Until when a document is valid, printed in its zone or not."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from services.identity.domain.documents.dates import past_date
from services.identity.domain.documents.fields import DocumentFields

_EXTENDED_FROM = date(2004, 1, 2)
_EXTENDED_TO = date(2013, 12, 31)
_YEARS = 10
_YEARS_EXTENDED = 15
_MAJORITY = 18


class Validity(Enum):
    """Whether a document is valid on a day, as far as its zone tells."""

    VALID = "valid"
    UNCLEAR = "unclear"
    EXPIRED = "expired"


@dataclass(frozen=True)
class LastDay:
    """The last day of validity lies between these two days, both possible."""

    earliest: date
    latest: date


def validity(document: DocumentFields, on: date) -> Validity:
    """Tell whether the document is valid on the day `on` (platform time)."""
    last = last_day(document, on)
    if last is None:
        return Validity.UNCLEAR
    if on <= last.earliest:
        return Validity.VALID
    return Validity.EXPIRED if on > last.latest else Validity.UNCLEAR


def last_day(document: DocumentFields, on: date) -> LastDay | None:
    """Return the document's last day of validity, or the days between which it lies.

    A printed expiry is that day. A French card before 2021 prints only the month of issue, as the
    first four digits of its number: it is valid ten years, and fifteen when it was issued to an adult
    from 2 January 2004 to 31 December 2013 (décret n° 2013-1188 du 18 décembre 2013); a minor's card
    is never extended. None when the number does not begin with a month.
    """
    if document.expiry is not None:
        return LastDay(document.expiry, document.expiry)
    first = past_date(document.number[:4] + "01", on)
    if first is None:
        return None
    last = first.replace(day=monthrange(first.year, first.month)[1])
    ends = [_end(issued, document.birth_date) for issued in (first, first + timedelta(days=1), last)]
    return LastDay(min(ends), max(ends))


def _end(issued: date, birth_date: date) -> date:
    is_extended = _EXTENDED_FROM <= issued <= _EXTENDED_TO and _anniversary(birth_date, _MAJORITY) <= issued
    return _anniversary(issued, _YEARS_EXTENDED if is_extended else _YEARS) - timedelta(days=1)


def _anniversary(day: date, years: int) -> date:
    """The same day that many years later, 1 March for a 29 February of no leap year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
