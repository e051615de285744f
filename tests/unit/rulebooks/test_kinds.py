"""The six kinds of benefit: in what a right is counted, and what a debit uses of it."""

from __future__ import annotations

from datetime import date

import pytest

from rulebooks import PERSON, Catalogue, Facts, Left, Rulebook, SpendingRefused, Window
from tests.unit.rulebooks.conftest import SPECIMENS

PUPIL = {
    "age": 18,
    "study_status": "lyceen",
    "study_track": "general",
    "study_level": "seconde",
    "validated_proofs": ["mission"],
}
ON = date(2025, 10, 1)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    (found,) = Catalogue.load(SPECIMENS).rulebooks()
    return found


@pytest.mark.parametrize(
    ("benefit", "cents", "uses"),
    [
        ("livres", 5000, None),
        ("licence", 3000, 1),
        ("seances", 2000, 5),
        ("bons", 3000, 2),
        ("visites", 0, 3),
        ("ecus", 1000, 1),
        ("projet", 50000, None),
    ],
)
def test_a_right_is_counted_as_its_kind_says(rulebook: Rulebook, benefit: str, cents: int, uses: int | None) -> None:
    """Money in cents, tickets and vouchers in uses worth cents, an access in uses, a grant up to its ceiling."""
    granted = {each.benefit_id: each for each in rulebook.decide(PUPIL, ON).entitlements}
    assert (granted[benefit].amount_cents, granted[benefit].uses) == (cents, uses)


@pytest.mark.parametrize(
    ("benefit", "holds"),
    [
        ("livres", True),
        ("seances", True),
        ("bons", True),
        ("visites", False),
        ("ecus", True),
        ("projet", False),
    ],
)
def test_a_wallet_of_cents_is_credited_from_the_budget(rulebook: Rulebook, benefit: str, holds: bool) -> None:
    """An access costs nothing, and a grant is decided on an application: neither is a wallet."""
    assert rulebook.benefit(benefit).holds_cents is holds


@pytest.mark.parametrize(
    ("benefit", "cents", "left", "uses"),
    [
        ("livres", 1, Left(5000, None), 0),
        ("livres", 5000, Left(5000, None), 0),
        ("licence", 1200, Left(3000, 1), 1),
        ("seances", 400, Left(2000, 5), 1),
        ("seances", 2000, Left(2000, 5), 5),
        ("bons", 1, Left(3000, 2), 1),
        ("bons", 1500, Left(3000, 2), 1),
        ("bons", 1501, Left(3000, 2), 2),
        ("visites", 0, Left(0, 3), 1),
        ("ecus", 1000, Left(1000, 1), 1),
    ],
)
def test_a_debit_uses_what_its_kind_says(rulebook: Rulebook, benefit: str, cents: int, left: Left, uses: int) -> None:
    """Any amount of money, whole tickets, as many vouchers as needed, one use of an access, a transfer in one go."""
    assert rulebook.benefit(benefit).uses_of(cents, left) == uses


@pytest.mark.parametrize(
    ("benefit", "cents", "left", "code", "told"),
    [
        ("licence", 500, Left(1800, 0), "no_use_left", 0),
        ("seances", 399, Left(2000, 5), "whole_tickets_only", 400),
        ("seances", 1200, Left(2000, 2), "no_use_left", 800),
        ("bons", 1501, Left(3000, 1), "no_use_left", 1500),
        ("visites", 100, Left(0, 3), "no_amount", 0),
        ("visites", 0, Left(0, 0), "no_use_left", 0),
        ("ecus", 999, Left(1000, 1), "whole_amount_only", 1000),
        ("projet", 50000, Left(50000, None), "not_spent_at_a_till", 0),
    ],
)
def test_what_a_kind_does_not_allow_is_refused_with_what_it_allows(
    rulebook: Rulebook, benefit: str, cents: int, left: Left, code: str, told: int
) -> None:
    """A refusal names its reason and the cents that a till may propose instead."""
    with pytest.raises(SpendingRefused) as refused:
        rulebook.benefit(benefit).uses_of(cents, left)
    assert (refused.value.code, refused.value.cents) == (code, told)


def test_instalments_are_counted_once_each_under_their_own_name(rulebook: Rulebook) -> None:
    """The second instalment is not refused because of the first."""
    in_premiere = {**PUPIL, "study_level": "premiere", "benefits_had": ["equipement.first"]}
    granted = {each.benefit_id: each for each in rulebook.decide(in_premiere, ON).entitlements}
    assert (granted["equipement"].amount_cents, granted["equipement"].instalment) == (30000, "second")
    again = rulebook.decide({**in_premiere, "benefits_had": ["equipement.second"]}, ON)
    assert [denial.benefit_id for denial in again.denials] == ["equipement"]


@pytest.mark.parametrize(
    ("on", "allowed"),
    [
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
        (date(2026, 1, 31), False),
        (date(2026, 2, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_between_two_windows_a_benefit_is_closed(rulebook: Rulebook, on: date, allowed: bool) -> None:
    """Several windows leave gaps, and all their days are inclusive."""
    benefit = rulebook.benefit("equipement")
    assert benefit.may_spend(on, "qr") is allowed
    assert benefit.spend_window == Window(date(2025, 9, 1), date(2026, 6, 30))


def test_a_wallet_with_a_life_of_its_own_counts_from_its_loading(rulebook: Rulebook) -> None:
    """`valid_months` runs date to date from the day of loading, the other wallets end with their window."""
    assert rulebook.benefit("permis").closes_on(date(2026, 2, 28)) == date(2028, 2, 28)
    assert rulebook.benefit("livres").closes_on(date(2026, 2, 28)) == date(2026, 6, 30)


def test_a_top_up_is_for_the_person_and_the_partner_together(rulebook: Rulebook) -> None:
    """Neither the person nor the partner alone is enough."""
    benefit = rulebook.benefit("licence")
    girl, boy = Facts(PERSON, {"sex": "F"}), Facts(PERSON, {"sex": "M"})
    found = benefit.top_up(girl, {"sports": ["combat"]})
    assert found is not None
    assert found.amount_cents == 3000
    assert benefit.top_up(girl, {"sports": ["swimming"]}) is None
    assert benefit.top_up(boy, {"sports": ["combat"]}) is None
