"""The packaged catalogue, read once, and a copy of it that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from rulebooks import Catalogue, Decision, Rulebook
from rulebooks.catalogue import PACKAGED

AUTHORITY, SEASON = "normandie", "2025-2026"
SPECIMENS = Path(__file__).parent / "specimens"
RENTREE = date(2025, 9, 10)

PUPIL: Mapping[str, object] = {
    "age": 16,
    "study_status": "lyceen",
    "study_establishment_kind": "lycee_public",
    "study_region": "28",
    "study_level": "seconde",
    "study_track": "general",
}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def culture(catalogue: Catalogue) -> Rulebook:
    return catalogue.get(AUTHORITY, "culture-sport", SEASON)


@pytest.fixture(scope="session")
def books(catalogue: Catalogue) -> Rulebook:
    return catalogue.get(AUTHORITY, "livres-equipement", SEASON)


@pytest.fixture
def pupil_decision(books: Rulebook) -> Callable[..., Decision]:
    """Decide on a pupil of seconde générale, with what the test changes."""

    def decide(on: date = RENTREE, **changes: object) -> Decision:
        return books.decide({**PUPIL, **changes}, on)

    return decide


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The packaged rulebooks, copied where a test may change them."""
    shutil.copytree(PACKAGED / AUTHORITY, tmp_path / AUTHORITY)
    return tmp_path


@pytest.fixture
def specimens(tmp_path: Path) -> Path:
    """An authority and a scheme that do not exist, copied where a test may change them: every kind, every section."""
    shutil.copytree(SPECIMENS, tmp_path, dirs_exist_ok=True)
    return tmp_path
