"""The rulebooks of several authorities moved into one autumn, so that all their seasons are open at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rulebooks.catalogue import PACKAGED

_DAY = re.compile(r"\b(20\d\d)(-\d\d-\d\d)\b")
_SEASON = re.compile(r"\b(20\d\d)-(20\d\d)\b")


def season_moved(season: str, years: int) -> str:
    """The season's name so many years later."""
    return _SEASON.sub(lambda found: f"{int(found[1]) + years}-{int(found[2]) + years}", season)


def moved(places: Iterable[tuple[str, str, str, int]], into: Path) -> Path:
    """Copies of packaged rulebooks (authority, scheme, season, years) with every date so many years later."""
    for authority, scheme, season, years in places:
        text = (PACKAGED / authority / scheme / f"{season}.yaml").read_text(encoding="utf-8")
        folder = into / authority / scheme
        folder.mkdir(parents=True)
        (folder / f"{season_moved(season, years)}.yaml").write_text(_days_moved(text, years), encoding="utf-8")
    return into


def _days_moved(text: str, years: int) -> str:
    return _DAY.sub(lambda found: f"{int(found[1]) + years}{found[2]}", season_moved(text, years))
