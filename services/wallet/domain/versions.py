"""Versions of a season's rulebook, as staff adopted them: which one counts on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rulebooks import Rulebook


@dataclass(frozen=True, slots=True)
class Version:
    """`counts_from` is its first day."""

    counts_from: date
    rulebook_hash: str

    @classmethod
    def of(cls, rulebook: Rulebook) -> Version:
        """A season's first version counts from the season's first day."""
        return cls(rulebook.counts_from or rulebook.starts_on, rulebook.hash)


def in_force(versions: Sequence[Version], on: date) -> Version:
    """The last that counts from that day or before. Before them all (a request in June), the first.

    `versions`: at least one, first to last.
    """
    counting = [version for version in versions if version.counts_from <= on]
    return counting[-1] if counting else versions[0]
