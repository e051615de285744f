"""What staff read of a season's versions."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from atouts.wallet.v1 import seasons_pb2 as pb

from gateway.web.pages import staff_seasons
from gateway.web.pages.staff_seasons import IN_FORCE, MISSED, PROPOSED, REPLACED, TO_COME
from rulebooks import Catalogue
from rulebooks.catalogue import PACKAGED

_PLACE = ("normandie", "culture-sport", "2025-2026")
_SEASON = pb.Season(rulebook_hash="v2", open=True)


@pytest.mark.parametrize(
    ("version", "on", "state"),
    [
        (pb.SeasonVersion(rulebook_hash="v1", counts_from="2025-07-01", adopted=True), "2026-02-01", REPLACED),
        (pb.SeasonVersion(rulebook_hash="v2", counts_from="2026-01-01", adopted=True), "2026-02-01", IN_FORCE),
        (pb.SeasonVersion(rulebook_hash="v3", counts_from="2026-03-01", adopted=True), "2026-02-28", TO_COME),
        (pb.SeasonVersion(rulebook_hash="v4", counts_from="2026-03-01"), "2026-02-28", PROPOSED),
        (pb.SeasonVersion(rulebook_hash="v4", counts_from="2026-03-01"), "2026-03-01", MISSED),
    ],
)
def test_a_version_is_offered_until_the_eve_of_its_day(version: pb.SeasonVersion, on: str, state: str) -> None:
    """From its day on, one that was not adopted never will be."""
    assert staff_seasons.state_of(version, _SEASON, date.fromisoformat(on)) == state


def test_changes_are_told_from_one_file_to_the_next(tmp_path: Path) -> None:
    """In French, with both values; the first version changes nothing."""
    shutil.copytree(PACKAGED / "normandie", tmp_path / "normandie")
    first = tmp_path / "normandie" / "culture-sport" / "2025-2026.yaml"
    text = first.read_text(encoding="utf-8")
    assert "  cents: 1000\n" in text
    text = text.replace("  cents: 1000\n", "  cents: 1200\n", 1)
    text += "\nversion: {counts_from: 2026-01-01, applies_to_members: false, source: annexe}\n"
    first.with_name("2025-2026@2026-01-01.yaml").write_text(text, encoding="utf-8")
    catalogue = Catalogue.load(tmp_path)
    versions = [
        pb.SeasonVersion(rulebook_hash=one.hash, counts_from="2026-01-01") for one in catalogue.versions(*_PLACE)
    ]
    lines = staff_seasons.lines_of(pb.Season(versions=versions), catalogue, date(2025, 12, 1))
    assert lines[0].changes == []
    *_, fee = lines[1].changes
    assert "10\u00a0€" in fee
    assert "12\u00a0€" in fee


def test_a_version_whose_file_is_not_here_tells_no_changes() -> None:
    """The page lists it all the same."""
    assert staff_seasons.changes_between(Catalogue.load(), "a" * 64, "b" * 64) == []
