"""The rulebooks of other years moved into the story's, so that all their seasons are open at once.

`python -m demo.autumn FOLDER` writes those of `elsewhere.yaml`, for a platform whose setting RULEBOOKS names FOLDER.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from demo.addresses import ROOT

PACKAGED = ROOT / "rulebooks"
_DAY = re.compile(r"\b(20\d\d)(-\d\d-\d\d)\b")
_SEASON = re.compile(r"\b(20\d\d)-(20\d\d)\b")

Place = tuple[str, str, str, int]
"""Authority, scheme, season, and by how many years it is moved."""


def season_moved(season: str, years: int) -> str:
    """The season's name so many years later."""
    return _SEASON.sub(lambda found: f"{int(found[1]) + years}-{int(found[2]) + years}", season)


def moved(places: Iterable[Place], into: Path) -> Path:
    """Copies of packaged rulebooks with every date so many years later."""
    for authority, scheme, season, years in places:
        text = (PACKAGED / authority / scheme / f"{season}.yaml").read_text(encoding="utf-8")
        folder = into / authority / scheme
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{season_moved(season, years)}.yaml").write_text(_days_moved(text, years), encoding="utf-8")
    return into


def _days_moved(text: str, years: int) -> str:
    return _DAY.sub(lambda found: f"{int(found[1]) + years}{found[2]}", season_moved(text, years))


if __name__ == "__main__":
    from demo.guests import load  # which asks this module for a season's name

    moved((guest.rulebook for guest in load()), Path(sys.argv[1]))
