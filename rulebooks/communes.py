"""The communes of France: their INSEE code, their name, their postal codes.

`communes.csv` is made by `build_communes.py`, which names its source. Paris, Lyon and Marseille are one commune
each, with the postal codes of all their arrondissements; a commune that was merged into another is not in it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

FILE = Path(__file__).with_name("communes.csv")
HEADING = "code,name,postal_codes"


@dataclass(frozen=True, slots=True)
class Commune:
    """`code` is INSEE's (five characters); at least one postal code (five digits)."""

    code: str
    name: str
    postal_codes: tuple[str, ...]


def by_code(code: str) -> Commune | None:
    """The commune of this INSEE code, or None."""
    lines = _directory().lines
    at = bisect_left(lines, f"{code},")
    if at == len(lines) or lines[at].partition(",")[0] != code:
        return None
    return _read(lines[at])


def by_postal_code(postal_code: str) -> tuple[Commune, ...]:
    """The communes that have this postal code, sorted by name without regard to accents; none for an unknown one."""
    lines = _directory().by_postal_code.get(postal_code, ())
    return tuple(sorted(map(_read, lines), key=_alphabetical))


class _Directory(NamedTuple):
    """The file's lines, sorted by code: as text they take a third of the memory that 35,000 objects would."""

    lines: tuple[str, ...]
    by_postal_code: MappingProxyType[str, list[str]]


@cache
def _directory() -> _Directory:
    """Read at the first question (a tenth of a second), then kept."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    if lines.pop(0) != HEADING:
        raise ValueError(f"{FILE.name} is no list of communes: make it again with build_communes.py")
    by_postal_code: dict[str, list[str]] = {}
    for line in lines:
        for postal_code in line.rpartition(",")[2].split():
            by_postal_code.setdefault(postal_code, []).append(line)
    return _Directory(tuple(sorted(lines)), MappingProxyType(by_postal_code))


def _read(line: str) -> Commune:
    code, name, postal_codes = line.split(",")
    return Commune(code, name, tuple(postal_codes.split()))


def _alphabetical(commune: Commune) -> tuple[str, str]:
    plain = unicodedata.normalize("NFD", commune.name.replace("Œ", "Oe").replace("œ", "oe"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold(), commune.code
