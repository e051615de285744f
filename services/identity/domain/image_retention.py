"""How long pictures of ID cards outlive the decision that they were sent for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rulebooks import Rulebook


def days_kept(rulebooks: Iterable[Rulebook], on: date) -> int:
    """The shortest that a rulebook in season says which asks for the card; 0 where there is none.

    A picture serves every scheme of its authority: it is kept for none longer than each of them says.
    """
    said = (
        rulebook.retention.identity_images_days
        for rulebook in rulebooks
        if rulebook.identity_check and rulebook.starts_on <= on <= rulebook.ends_on
    )
    return min(said, default=0)
