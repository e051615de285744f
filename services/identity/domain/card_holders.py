"""What is printed on a person's card: where it is sent, and their photo."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.identity.domain.refusals import AddressUnfit

MOST_LINES = 3
# Norme AFNOR NF Z10-011: what a machine that sorts post reads.
LONGEST_LINE = 38
_POSTAL_CODE = re.compile(r"[0-9]{5}")
# A spreadsheet computes a cell that begins so, and the printer opens one.
_COMPUTED = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """`lines`: what is written above the town, one to three."""

    lines: tuple[str, ...]
    postal_code: str
    town: str


@dataclass(frozen=True, slots=True)
class KeptOfHolder:
    """What a person gave for their card; `photo` only where photos are asked for."""

    address: PostalAddress | None
    has_photo: bool
    photo: bytes = b""


def fit_address(address: PostalAddress) -> PostalAddress:
    """Cleaned of what no envelope bears. Raises AddressUnfit naming the field."""
    lines = tuple(fit for line in address.lines if (fit := _fit(line, "lines")))
    if not 1 <= len(lines) <= MOST_LINES:
        raise AddressUnfit("lines")
    if not _POSTAL_CODE.fullmatch(address.postal_code):
        raise AddressUnfit("postal_code")
    town = _fit(address.town, "town")
    if not town:
        raise AddressUnfit("town")
    return PostalAddress(lines, address.postal_code, town)


def _fit(text: str, field: str) -> str:
    """One line with single spaces; empty where there is nothing."""
    line = " ".join(text.split())
    if len(line) > LONGEST_LINE or not line.isprintable() or line.startswith(_COMPUTED):
        raise AddressUnfit(field)
    return line
