"""The tables at the end of the story."""

from __future__ import annotations

from collections.abc import Sequence

from demo.french import euros
from demo.readings import Readings

Row = tuple[str, tuple[int, ...]]
"""A name, and amounts in cents."""

_GAP = "  "


def budget_table(read: Readings) -> str:
    """One line a benefit: what was voted and what became of it."""
    rows = [
        (", ".join(line.line), (line.voted, line.credited, line.left, line.debited, line.expired, line.unallocated))
        for line in read.envelopes
        if line.voted
    ]
    heading = ("Avantage", "Voté", "Crédité", "Reste", "Dépensé", "Expiré", "Non attribué")
    return _money_table(heading, rows)


def partner_table(read: Readings) -> str:
    """One line a partner that was debited: what it took, was paid and is owed."""
    rows = [(page.name, (page.debited, page.cancelled, page.paid, page.owed)) for page in read.partners if page.debits]
    return _money_table(("Partenaire", "Débité", "Annulé", "Payé", "Dû"), rows)


def _money_table(heading: Sequence[str], rows: Sequence[Row]) -> str:
    """Aligned on the right, with a line of totals."""
    totals = tuple(sum(column) for column in zip(*(amounts for _, amounts in rows), strict=True))
    lines = [tuple(heading), *(_written(row) for row in [*rows, ("Total", totals)])]
    widths = [max(len(line[place]) for line in lines if place < len(line)) for place in range(len(heading))]
    shown = [_line(line, widths) for line in lines]
    rule = "─" * len(shown[0])
    return "\n".join([shown[0], rule, *shown[1:-1], rule, shown[-1]])


def _written(row: Row) -> tuple[str, ...]:
    name, amounts = row
    return (name, *map(euros, amounts))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = cells
    return _GAP.join(
        [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=False))]
    )
