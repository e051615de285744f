"""A day's seal is a hash that everybody can make again, and a mac that the service alone can."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.wallet.domain.seal import NOTHING_BEFORE, DaySeal, SeasonPart, mac_of

BOOKS = SeasonPart("livres", "2025-2026", 2, b"a" * 32, b"b" * 32)
CINEMA = SeasonPart("cinéma", "2025-2026", 1, b"c" * 32, b"d" * 32)
SEAL = DaySeal("essai", date(2025, 10, 4), NOTHING_BEFORE, 3, 6, {"wallet": -5, "partner": 5}, (BOOKS, CINEMA))


def test_the_order_of_seasons_and_sums_does_not_matter() -> None:
    """The same day has one hash, however its parts were read."""
    other = replace(SEAL, seasons=(CINEMA, BOOKS), sums={"partner": 5, "wallet": -5})
    assert other.hash() == SEAL.hash()


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEAL, authority_id="autre"),
        replace(SEAL, day=SEAL.day + timedelta(days=1)),
        replace(SEAL, previous_hash=b"x" * 32),
        replace(SEAL, transfers=4),
        replace(SEAL, entries=7),
        replace(SEAL, sums={"wallet": -6, "partner": 6}),
        replace(SEAL, seasons=(BOOKS,)),
        replace(SEAL, seasons=(BOOKS, replace(CINEMA, entries_digest=b"e" * 32))),
        replace(SEAL, seasons=(BOOKS, replace(CINEMA, totals_digest=b"e" * 32))),
    ],
)
def test_whatever_changes_changes_the_hash(changed: DaySeal) -> None:
    """Nothing that a seal says is outside its hash."""
    assert changed.hash() != SEAL.hash()


def test_a_mac_needs_the_key() -> None:
    """Another key gives another mac; the same gives the same."""
    assert mac_of(b"k" * 32, SEAL.hash()) == mac_of(b"k" * 32, SEAL.hash())
    assert mac_of(b"k" * 32, SEAL.hash()) != mac_of(b"l" * 32, SEAL.hash())
