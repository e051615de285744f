"""Texts, days and files of SEPA transfers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payout.adapters import pain001
from services.payout.domain.banking_days import easter, execution_day, is_banking_day
from services.payout.domain.sepa import NAME_LENGTH, TEXT_LENGTH, FileTotals, Transfer, TransferOrder, sepa_text

_SEPA = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")
_TRANSFERS = (
    Transfer("ATOUTS-1", 1999, "Librairie L’Œuvre & Cie", "FR7630006000011234567890189", "Août — 1 234,50 €"),
    Transfer("ATOUTS-2", 1, "Cinéma Noël", "FR1420041010050500013M02606", "x" * 300),
)
_ORDER = TransferOrder(
    message_id="5f0c1a4e000040008000000000000001",
    created_at=datetime(2025, 11, 3, 8, 0, tzinfo=UTC),
    execution_on=date(2025, 11, 14),
    debtor="Région Normandie",
    iban="FR7630001007941234567890185",
    bic="BDFEFRPPCCT",
    transfers=_TRANSFERS,
)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Librairie L’Œuvre & Cie", "Librairie L'OEuvre + Cie"),
        ("Forêt d'Évreux — Noël", "Foret d'Evreux - Noel"),
        ("  deux\tmots\n", "deux mots"),
        ("//urgent//", "urgent"),
        ("a//b", "a/b"),
        ("12 €", "12 EUR"),
        ("映画館", "NOTPROVIDED"),
        ("Ciné 映画館 Lux", "Cine Lux"),
    ],
)
def test_names_are_told_in_the_sepa_character_set(written: str, told: str) -> None:
    """Every bank accepts Latin letters and a few signs, and no others."""
    assert sepa_text(written, NAME_LENGTH) == told


def test_long_names_are_cut_at_a_word() -> None:
    """Or inside it when it is the only one."""
    assert sepa_text("Association sportive de Caen", 21) == "Association sportive"
    assert sepa_text("A" * 80, NAME_LENGTH) == "A" * 70


@given(st.text(max_size=200), st.sampled_from([NAME_LENGTH, TEXT_LENGTH]))
def test_any_text_becomes_one_that_banks_accept(text: str, length: int) -> None:
    """Never empty, never too long, no double slash, no slash at an end."""
    told = sepa_text(text, length)
    assert 1 <= len(told) <= length
    assert _SEPA.fullmatch(told)
    assert "//" not in told
    assert told == told.strip("/ ")


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25))],
)
def test_easter_is_on_its_known_days(year: int, sunday: tuple[int, int]) -> None:
    """From the tables of the Bureau des longitudes."""
    assert easter(year) == date(year, *sunday)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 5, 1), False),
        (date(2026, 5, 8), True),  # a holiday in France, and a banking day of the euro
        (date(2025, 12, 25), False),
        (date(2025, 12, 26), False),
        (date(2026, 1, 1), False),
        (date(2026, 1, 3), False),  # a Saturday
    ],
)
def test_banking_days_are_those_of_the_euro_system(day: date, *, works: bool) -> None:
    """Not those of one country."""
    assert is_banking_day(day) is works


@pytest.mark.parametrize(
    ("due_on", "today", "execution_on"),
    [
        (date(2025, 11, 14), date(2025, 11, 3), date(2025, 11, 14)),
        (date(2025, 11, 16), date(2025, 11, 3), date(2025, 11, 14)),  # a Sunday: the Friday before
        (date(2025, 11, 16), date(2025, 11, 15), date(2025, 11, 17)),  # too late for that: at once
        (date(2025, 11, 14), date(2025, 12, 25), date(2025, 12, 29)),  # late: the next banking day
    ],
)
def test_transfers_reach_partners_by_the_due_day_when_they_still_can(
    due_on: date, today: date, execution_on: date
) -> None:
    """Règlement 2025-2026, §4.3.2: due 15 days after the period."""
    assert execution_day(due_on, today) == execution_on


def test_the_file_passes_its_xsd_and_says_what_it_pays() -> None:
    """Read from its bytes alone."""
    content = pain001.write(_ORDER)
    pain001.validate(content)
    assert pain001.read_totals(content) == FileTotals(2, 2000, {"ATOUTS-1": 1999, "ATOUTS-2": 1})


def test_the_same_order_gives_the_same_file() -> None:
    """Its identifiers and its date are the order's, not the machine's."""
    assert pain001.write(_ORDER) == pain001.write(_ORDER)
    assert b"<CreDtTm>2025-11-03T09:00:00</CreDtTm>" in pain001.write(_ORDER)


def test_a_file_that_breaks_the_xsd_is_refused() -> None:
    """With the XSD's own words."""
    broken = pain001.write(_ORDER).replace(b"<Ustrd>", b"<Unknown>").replace(b"</Ustrd>", b"</Unknown>")
    with pytest.raises(pain001.NotAPain001, match="Unknown"):
        pain001.validate(broken)


def test_a_changed_amount_makes_the_file_inconsistent() -> None:
    """Its own control sum tells."""
    changed = pain001.write(_ORDER).replace(b">19.99</InstdAmt>", b">18.99</InstdAmt>")
    totals = pain001.read_totals(changed)
    assert not totals.is_consistent
    assert (totals.stated_cents, totals.sum_cents) == (2000, 1900)


def test_two_transfers_under_one_reference_are_refused() -> None:
    """One of them would hide the other."""
    doubled = pain001.write(_ORDER).replace(b"ATOUTS-2", b"ATOUTS-1")
    with pytest.raises(pain001.NotAPain001, match="same end-to-end id"):
        pain001.read_totals(doubled)
