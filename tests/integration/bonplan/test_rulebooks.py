"""Offers, registrations and draws under rulebooks that differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from atouts.bonplan.v1 import offers_pb2, registrations_pb2

from chassis.context import AccountKind
from chassis.errors import Operational
from chassis.grpc_client import PeerRefused
from rulebooks import Catalogue
from rulebooks.bons_plans import BonsPlans, NoShow, Theme
from rulebooks.conditions import Comparison
from tests.integration.bonplan.stage import AFTER, AUTHORITY, CLOSES, CULTURE, SEASON, Person, Stage

TRAVEL = Theme("travel", "Voyages", "§1", "Réservé aux jeunes de 18 ans et plus.", Comparison.compiled("age >= 18"))
SPORT = Theme("sport", "Sport", "§1")
STEPS = (
    NoShow(1, "warn", "La prochaine fois, désinscrivez-vous.", "§1"),
    NoShow(2, "limit", "Une inscription à la fois.", "§1"),
    NoShow(3, "exclude", "Plus d'inscription cette saison.", "§1"),
)
RULES = BonsPlans(
    "everyone", frozenset({"authority", "partner"}), frozenset(), frozenset({"registration", "draw"}),
    frozenset({"authority", "partner"}), (SPORT, TRAVEL), None, 0, STEPS,
)  # fmt: skip


@pytest.fixture
def ruled(stage: Stage) -> Iterator[Stage]:
    """A scheme whose bons plans are for everybody, with a theme for adults, draws of partners and costly absences."""
    before = stage.parts.catalogue
    rulebook = replace(before.get(AUTHORITY, CULTURE, SEASON), bons_plans=RULES)
    ours = Catalogue({AUTHORITY: before.authority(AUTHORITY)}, {(AUTHORITY, CULTURE, SEASON): (rulebook,)}, {})
    object.__setattr__(stage.parts, "catalogue", ours)
    yield stage
    object.__setattr__(stage.parts, "catalogue", before)


def _young(stage: Stage, born: str = "2010-01-01") -> Person:
    """No membership."""
    person = Person(AccountKind.YOUNG)
    stage.identity.births[person.account_id] = born
    return person


def _absent(stage: Stage, person: Person) -> Any:
    """Has a place, and does not come."""
    offer_id = stage.published(theme="sport")
    registration = stage.register(offer_id, person)
    stage.move_to(AFTER)
    stage.attend(registration, "ABSENT", stage.cinema, stage.delegate)
    stage.clock.instant = CLOSES - timedelta(days=10)
    return registration


def test_a_scheme_without_bons_plans_takes_no_offer(stage: Stage) -> None:
    """Its rulebook has no such section."""
    with pytest.raises(PeerRefused, match="no_bons_plans"):
        stage.submit(scheme="livres-equipement")


def test_bons_plans_for_everyone_need_no_membership(ruled: Stage) -> None:
    """An account of the authority is enough."""
    offer_id = ruled.published(theme="sport")
    assert ruled.register(offer_id, _young(ruled)).attendance_code
    assert ruled.identity.asked_by == []


def test_a_theme_for_adults_asks_how_old_the_person_is(ruled: Stage) -> None:
    """On the day of registration; the sentence is the rulebook's, and identity is asked in our own name."""
    offer_id = ruled.published(theme="travel")
    with pytest.raises(PeerRefused, match="theme_not_open") as refused:
        ruled.register(offer_id, _young(ruled, "2007-10-05"))
    assert refused.value.sentence_fr.startswith(TRAVEL.unmet)
    assert ruled.see(offer_id).places_left == 3
    assert ruled.register(offer_id, _young(ruled, "2007-10-04")).attendance_code
    assert {(each.service, each.access_token) for each in ruled.identity.asked_by} == {("bonplan", "")}


def test_nobody_registers_for_a_closed_theme_while_identity_is_away(ruled: Stage) -> None:
    """Not told is not refused: the caller asks again."""
    offer_id = ruled.published(theme="travel")
    ruled.identity.is_away = True
    with pytest.raises(Operational):
        ruled.register(offer_id, _young(ruled, "2000-01-01"))
    assert ruled.see(offer_id).places_left == 3


def test_a_young_person_is_shown_what_their_age_opens(ruled: Stage) -> None:
    """Others see all; while identity is away, what asks for an age is left out."""
    sport, travel = ruled.published(theme="sport"), ruled.published(theme="travel")

    def seen(by: Person | None) -> set[str]:
        return {each.offer_id for each in ruled.call("ListOffers", offers_pb2.ListOffersRequest(), by).offers}

    assert seen(_young(ruled, "2010-01-01")) == {sport}
    assert seen(_young(ruled, "2000-01-01")) == {sport, travel}
    assert seen(None) == seen(ruled.moderator) == {sport, travel}
    ruled.identity.is_away = True
    assert seen(_young(ruled, "2000-01-01")) == {sport}


def test_a_partner_runs_its_own_draw_where_the_rulebook_lets_it(ruled: Stage) -> None:
    """And no other partner's."""
    offer_id = ruled.published(kind="OFFER_KIND_DRAW", theme="sport")
    ruled.register(offer_id, _young(ruled))
    ruled.move_to(AFTER)
    stranger_of = "00000000-0000-4000-8000-00000000000f"
    stranger = ruled.delegate_of(stranger_of, "principal")
    request = registrations_pb2.RunDrawRequest(offer_id=offer_id, partner_id=stranger_of)
    with pytest.raises(PeerRefused, match="unknown_offer"):
        ruled.call("RunDraw", request, stranger)
    own = registrations_pb2.RunDrawRequest(offer_id=offer_id, partner_id=ruled.cinema)
    assert len(ruled.call("RunDraw", own, ruled.delegate).draw.winner_ids) == 1
    assert ruled.verify().held


def test_absences_warn_then_limit_then_exclude(ruled: Stage) -> None:
    """In the rulebook's sentences; each is told to those who asked to hear of it."""
    person = _young(ruled)
    _absent(ruled, person)
    warned = [ruled.register(ruled.published(theme="sport"), person) for _ in range(2)]
    assert [each.warning for each in warned] == [STEPS[0].sentence] * 2
    for each in warned:
        ruled.withdraw(each.offer.offer_id, person)

    _absent(ruled, person)
    only = ruled.register(ruled.published(theme="sport"), person)
    assert only.warning == STEPS[1].sentence
    with pytest.raises(PeerRefused, match="limited_for_absences") as limited:
        ruled.register(ruled.published(theme="sport"), person)
    assert limited.value.sentence_fr.startswith(STEPS[1].sentence)
    ruled.withdraw(only.offer.offer_id, person)

    _absent(ruled, person)
    with pytest.raises(PeerRefused, match="excluded_for_absences"):
        ruled.register(ruled.published(theme="sport"), person)
    told = [(fact.data["absences"], fact.data["step"]) for fact in ruled.facts("no_show")]
    assert told == [(1, "warn"), (2, "limit"), (3, "exclude")]


def test_who_came_is_told_after_the_closing_and_may_be_corrected(ruled: Stage) -> None:
    """Said twice, it is said once; corrected, it costs nothing more."""
    person = _young(ruled)
    registration = ruled.register(ruled.published(theme="sport"), person)
    with pytest.raises(PeerRefused, match="attendance_too_early"):
        ruled.attend(registration, "ABSENT")
    ruled.move_to(AFTER)
    for said in ("ABSENT", "ABSENT", "CAME"):
        shown = ruled.attend(registration, said)
    assert shown.attendance == registrations_pb2.ATTENDANCE_CAME
    assert len(ruled.facts("no_show")) == 1
    ruled.clock.instant = CLOSES - timedelta(days=10)
    assert ruled.register(ruled.published(theme="sport"), person).warning == ""


def test_only_who_had_a_place_could_be_absent(ruled: Stage) -> None:
    """Who withdrew in time, or registered elsewhere, owes nothing."""
    person = _young(ruled)
    registration = ruled.register(ruled.published(theme="sport"), person)
    ruled.withdraw(registration.offer.offer_id, person)
    ruled.move_to(AFTER)
    with pytest.raises(PeerRefused, match="no_place_to_attend"):
        ruled.attend(registration, "ABSENT")
