"""From rows of recognised text to a machine readable zone: which format, and how sure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from services.identity.domain.documents.correction import Correction, corrected
from services.identity.domain.documents.formats import LAYOUTS, Layout, Lines
from services.identity.domain.documents.glyphs import clean, typed
from services.identity.domain.documents.line_length import fittings, padded, without_stray_letters

_SHORTEST_ROW = 12
_SHORTEST_FULL_ROW = 20
_MOST_MISSING_IN_ALL = 24


class Certainty(Enum):
    """How much a reading of the zone can be trusted."""

    EXACT = "exact"  # every check digit held as read
    CORRECTED = "corrected"  # they hold since look-alikes were replaced
    DOUBTFUL = "doubtful"  # something like a zone, whose check digits do not hold

    @property
    def is_usable(self) -> bool:
        """Tell whether fields may be taken from the zone."""
        return self is not Certainty.DOUBTFUL


@dataclass(frozen=True)
class Zone:
    """A machine readable zone: its layout, its lines of full width, how sure they are."""

    layout: Layout
    lines: Lines
    certainty: Certainty


@dataclass(frozen=True)
class _Candidate:
    """Consecutive rows fitted to a layout, before any correction; the higher score the likelier."""

    layout: Layout
    lines: Lines
    score: float


def recognise(rows: Iterable[str]) -> Zone | None:
    """Return the zone found in rows of text (top to bottom, one string a printed row).

    Rows may hold spaces, foreign characters and a wrong number of `<`. None when nothing there looks
    like a zone.
    """
    candidates = sorted(_candidates(_zone_rows(rows)), key=lambda candidate: -candidate.score)
    if not candidates:
        return None
    best = candidates[0]
    rivals = [c for c in candidates if c.layout is best.layout]
    solved = {c.lines: corrected(c.lines, c.layout) for c in rivals}
    return _settled(best, [correction for correction in solved.values() if correction is not None])


def settle(zones: Sequence[Zone]) -> Zone | None:
    """Return the one zone that several readings of a picture give together.

    An exact reading stands, unless another exact one contradicts it; corrected readings stand only
    when they all say the same; anything else is doubtful and left to a person.
    """
    for certainty in (Certainty.EXACT, Certainty.CORRECTED):
        sure = [zone for zone in zones if zone.certainty is certainty]
        if sure:
            return sure[0] if _all_same(sure) else _doubtful(sure[0])
    return zones[0] if zones else None


def _settled(best: _Candidate, corrections: list[Correction]) -> Zone:
    """The reading with the fewest corrections; doubtful when two fittings give two zones."""
    fewest = min((correction.replaced for correction in corrections), default=None)
    lines = {correction.lines for correction in corrections if correction.replaced == fewest}
    if len(lines) != 1:
        return Zone(best.layout, best.lines, Certainty.DOUBTFUL)
    certainty = Certainty.EXACT if fewest == 0 else Certainty.CORRECTED
    return Zone(best.layout, lines.pop(), certainty)


def _all_same(zones: Sequence[Zone]) -> bool:
    return len({zone.lines for zone in zones}) == 1


def _doubtful(zone: Zone) -> Zone:
    return Zone(zone.layout, zone.lines, Certainty.DOUBTFUL)


def _zone_rows(rows: Iterable[str]) -> list[str]:
    """Rows that may belong to a zone: long, or shorter and holding fillers."""
    cleaned = (clean(row) for row in rows)
    return [row for row in cleaned if len(row) >= (_SHORTEST_ROW if "<<" in row else _SHORTEST_FULL_ROW)]


def _candidates(rows: Sequence[str]) -> Iterator[_Candidate]:
    for layout in LAYOUTS.values():
        count = len(layout.kinds)
        for start in range(len(rows) - count + 1):
            yield from _fitted(rows[start : start + count], layout)


def _fitted(raw: Sequence[str], layout: Layout) -> Iterator[_Candidate]:
    distance = sum(abs(len(row) - layout.width) for row in raw)
    if distance > _MOST_MISSING_IN_ALL:
        return
    for fitted in itertools.product(*(_ways(row, line, layout) for line, row in enumerate(raw))):
        lines = _typed(fitted, layout)
        yield _Candidate(layout, lines, _score(lines, layout, distance))


def _ways(row: str, line: int, layout: Layout) -> tuple[str, ...]:
    """The row brought to the layout's width, in each way that is plausible."""
    if line != layout.names_line:
        return fittings(row, layout.width)
    tidy = without_stray_letters(row)
    if layout.kinds[line].endswith("R"):  # something stands after the names' padding
        return fittings(tidy, layout.width)
    full = padded(tidy, layout.width)
    return () if full is None else (full,)


def _typed(fitted: Sequence[str], layout: Layout) -> Lines:
    first = tuple(typed(line, kinds) for line, kinds in zip(fitted, layout.kinds, strict=True))
    return tuple(typed(line, kinds) for line, kinds in zip(first, layout.kinds_for(first), strict=True))


def _score(lines: Lines, layout: Layout, distance: int) -> float:
    """More check digits and the right heading weigh more than a line's length."""
    held = sum(check.holds(lines) for check in layout.all_checks)
    heading = layout.heading.match(lines[0]) is not None
    return 2.0 * held + 3.0 * heading - 0.4 * distance
