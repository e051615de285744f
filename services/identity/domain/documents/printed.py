"""Names printed for people to read: what no check digit of the zone covers is compared with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PrintedNames:
    """Names as a recogniser read them under their labels, in the card's own spelling; empty when not found."""

    surname: str
    given_names: str
