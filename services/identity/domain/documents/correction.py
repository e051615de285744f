"""Bounded repair of misread characters: at most one a field, two a document, one solution only.

A search that went further would find *a* zone that satisfies the check digits, not *the* zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.identity.domain.documents.dates import is_calendar_day
from services.identity.domain.documents.formats import Check, Layout, Lines
from services.identity.domain.documents.glyphs import LOOK_ALIKES

MOST_CORRECTIONS = 2


@dataclass(frozen=True)
class Correction:
    """A zone whose check digits all hold, and how many characters were replaced to get there."""

    lines: Lines
    replaced: int


def makes_sense(lines: Lines, layout: Layout) -> bool:
    """Tell whether each character is of its kind, the heading is known and the dates are days."""
    kinds = layout.kinds_for(lines)
    return (
        layout.heading.match(lines[0]) is not None
        and layout.admits(lines, kinds)
        and all(is_calendar_day(span.of(lines)) for span in layout.dates)
    )


def is_consistent(lines: Lines, layout: Layout) -> bool:
    """Tell whether every check digit holds and the zone makes sense."""
    return all(check.holds(lines) for check in layout.all_checks) and makes_sense(lines, layout)


def corrected(lines: Lines, layout: Layout) -> Correction | None:
    """Return the zone with the fewest look-alikes replaced so that it is consistent.

    None when there is none within the bound, or when two solutions are equally near: then only a
    person can tell.
    """
    found = {0: {lines}} if is_consistent(lines, layout) else _solutions(lines, layout)
    fewest = min((count for count, solutions in found.items() if solutions), default=None)
    if fewest is None or len(found[fewest]) != 1:
        return None
    return Correction(next(iter(found[fewest])), fewest)


def _solutions(lines: Lines, layout: Layout) -> dict[int, set[Lines]]:
    """Consistent zones by number of replaced characters."""
    failing = [check for check in layout.checks if not check.holds(lines)]
    if len(failing) > MOST_CORRECTIONS:
        return {}
    repaired = {lines}
    for check in failing:
        repaired = {new for old in repaired for new in _repairs_of(old, check, layout)}
    found = {len(failing): {new for new in repaired if is_consistent(new, layout)}}
    if not found[len(failing)] and len(failing) < MOST_CORRECTIONS:
        found[len(failing) + 1] = {new for old in repaired for new in _repairs_elsewhere(old, layout)}
    return found


def _repairs_of(lines: Lines, check: Check, layout: Layout) -> Iterator[Lines]:
    """Zones that differ by one character of this check, which then holds."""
    return (new for new in _replacements(lines, check.positions(), layout) if check.holds(new))


def _repairs_elsewhere(lines: Lines, layout: Layout) -> Iterator[Lines]:
    """Consistent zones that differ by one character which no field's own check protects."""
    protected = {position for check in layout.checks for position in check.positions()}
    positions = [position for position in layout.overall.positions() if position not in protected]
    return (new for new in _replacements(lines, positions, layout) if is_consistent(new, layout))


def _replacements(lines: Lines, positions: Iterable[tuple[int, int]], layout: Layout) -> Iterator[Lines]:
    kinds = layout.kinds_for(lines)
    for line, column in positions:
        for character in LOOK_ALIKES.get(lines[line][column], ()):
            if layout.kind_at(kinds, line, column).admits(character):
                changed = lines[line][:column] + character + lines[line][column + 1 :]
                yield (*lines[:line], changed, *lines[line + 1 :])
