"""What a suspension covers, until when, and the order of the letters about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from rulebooks import Catalogue, Rulebook
from services.wallet.domain.budget_errors import (
    AppealOutOfOrder,
    BenefitSuspended,
    NoSuspension,
    SuspensionAlreadyLifted,
    SuspensionUntilInvalid,
    WholeSuspensionOnly,
)
from services.wallet.domain.errors import UnknownBenefit
from services.wallet.domain.suspension import Bar, Letters, Suspension, bar_of, check_not_suspended

RULEBOOK = Catalogue.load().get("auvergne-rhone-alpes", "pass-region", "2022-2023")
TODAY = date(2022, 11, 10)
LAST = RULEBOOK.spend_until


@pytest.mark.parametrize(
    ("benefits", "until", "benefit", "on", "barred"),
    [
        ([], LAST, "cinema", TODAY, True),
        ([], LAST, "cinema", LAST, True),
        ([], TODAY, "cinema", date(2022, 11, 11), False),
        (["cinema"], LAST, "cinema", TODAY, True),
        (["cinema"], LAST, "spectacle", TODAY, False),
    ],
)
def test_what_is_barred(benefits: list[str], until: date, benefit: str, on: date, barred: bool) -> None:
    """No benefit named is all of them; the last day is included, the next is free."""
    bar = Bar(frozenset(benefits), until)
    if barred:
        with pytest.raises(BenefitSuspended):
            check_not_suspended([bar], benefit, on)
    else:
        check_not_suspended([bar], benefit, on)


def test_the_default_is_the_end_of_the_campaign() -> None:
    """Règlement Pass'Région, §II.1: to the end of the campaign, unless staff say a day before it."""
    assert bar_of(RULEBOOK, [], None, TODAY) == Bar(frozenset(), LAST)
    chosen = RULEBOOK.benefits[0].id
    assert bar_of(RULEBOOK, [chosen], TODAY, TODAY) == Bar(frozenset({chosen}), TODAY)


@pytest.mark.parametrize(
    ("rulebook", "benefits", "until", "refused"),
    [
        (replace(RULEBOOK, suspension=None), [], None, NoSuspension),
        (RULEBOOK, ["no-such-benefit"], None, UnknownBenefit),
        (RULEBOOK, [], date(2022, 11, 9), SuspensionUntilInvalid),
        (RULEBOOK, [], LAST.replace(year=LAST.year + 1), SuspensionUntilInvalid),
    ],
)
def test_what_the_rulebook_does_not_let_staff_suspend(
    rulebook: Rulebook, benefits: list[str], until: date | None, refused: type[Exception]
) -> None:
    """Only where it provides it, what it knows, between today and the campaign's end."""
    with pytest.raises(refused):
        bar_of(rulebook, benefits, until, TODAY)


def test_where_the_rulebook_suspends_all_no_benefit_is_chosen() -> None:
    """`of: all`."""
    assert RULEBOOK.suspension is not None
    whole = replace(RULEBOOK, suspension=replace(RULEBOOK.suspension, of="all"))
    with pytest.raises(WholeSuspensionOnly):
        bar_of(whole, [RULEBOOK.benefits[0].id], None, TODAY)


@pytest.mark.parametrize(
    ("letters", "fits"),
    [
        (Letters(), True),
        (Letters(TODAY), True),
        (Letters(date(2022, 10, 1), date(2022, 10, 20), date(2022, 11, 2)), True),
        (Letters(None, date(2022, 10, 20)), True),
        (Letters(date(2022, 10, 1), None, date(2022, 11, 2)), False),
        (Letters(date(2022, 10, 21), date(2022, 10, 20)), False),
        (Letters(date(2022, 11, 11)), False),
    ],
)
def test_letters_follow_one_another(letters: Letters, fits: bool) -> None:
    """Told, appealed, answered; an answer has its appeal; none is of tomorrow."""
    if fits:
        letters.check(TODAY)
    else:
        with pytest.raises(AppealOutOfOrder):
            letters.check(TODAY)


def test_a_suspension_is_lifted_once() -> None:
    """And bites no more."""
    at = datetime(2022, 11, 10, 9, tzinfo=UTC)
    suspension = Suspension(uuid4(), uuid4(), Bar(frozenset(), LAST), "faits signalés", "ada", at)
    assert suspension.bites_on(LAST)
    lifted = suspension.lifted(at, "bea")
    assert not lifted.bites_on(TODAY)
    with pytest.raises(SuspensionAlreadyLifted):
        lifted.lifted(at, "bea")
