"""Makes `communes.csv` again from the npm package `@etalab/decoupage-administratif`, when a new year's is published.

    npm pack @etalab/decoupage-administratif@6.0.0    # in a folder elsewhere
    tar xzf etalab-decoupage-administratif-6.0.0.tgz
    python -m rulebooks.build_communes package

Communes that were merged into others are left out, and those where nobody lives (the Southern Lands, Clipperton).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rulebooks.communes import FILE, HEADING, Commune
from rulebooks.territory import department_of, is_commune_code

PACKAGE = "@etalab/decoupage-administratif"
_UNINHABITED = frozenset({"984", "989"})


def communes_of(entries: Iterable[dict[str, Any]]) -> list[Commune]:
    """Of the package's entries (communes, merged ones, arrondissements): what a person may live in, by code.

    Raises ValueError for a commune that the platform could not place or nobody could find, or that fits no line.
    """
    kept = [
        Commune(entry["code"], entry["nom"], tuple(sorted(entry.get("codesPostaux", ()))))
        for entry in entries
        if entry["type"] == "commune-actuelle" and department_of(entry["code"]) not in _UNINHABITED
    ]
    for commune in kept:
        if not is_commune_code(commune.code):
            raise ValueError(f"{commune.code} {commune.name}: add its department to territory.py")
        if "," in commune.name or not commune.name.isprintable():
            raise ValueError(f"{commune.code}: the name {commune.name!r} does not fit a line")
        if not commune.postal_codes:
            raise ValueError(f"{commune.code} {commune.name}: nobody could find it without a postal code")
    return sorted(kept, key=lambda commune: commune.code)


def text_of(communes: Iterable[Commune], version: str) -> str:
    """The file: where it comes from, its heading, one line a commune."""
    lines = [
        "# The communes of France and their postal codes; made by build_communes.py, not to be edited by hand.",
        f"# Source: {PACKAGE} {version} (npm), from INSEE's code officiel géographique and La Poste's postal codes.",
        "# Licence: Licence Ouverte 2.0 (Etalab).",
        HEADING,
        *(f"{commune.code},{commune.name},{' '.join(commune.postal_codes)}" for commune in communes),
    ]
    return "\n".join(lines) + "\n"


def main(package: Path) -> None:
    stated = json.loads((package / "package.json").read_text(encoding="utf-8"))
    if stated["name"] != PACKAGE:
        raise SystemExit(f"{package} is not {PACKAGE}")
    entries = json.loads((package / "data" / "communes.json").read_text(encoding="utf-8"))
    FILE.write_text(text_of(communes_of(entries), stated["version"]), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m rulebooks.build_communes <folder of the unpacked package>")
    main(Path(sys.argv[1]))
