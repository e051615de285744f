"""Who may register, when, how often; what withdrawing gives back; what organisers see."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from atouts.bonplan.v1 import offers_pb2
from atouts.bonplan.v1 import registrations_pb2 as pb
from prometheus_client import REGISTRY

from chassis.context import AccountKind
from chassis.grpc_client import PeerRefused
from services.bonplan.domain.attendance import ALPHABET
from services.bonplan.store import pages
from tests.integration.bonplan.stage import AFTER, BEFORE, CLOSES, DURING, OPENS, Person, Stage

WON, WAITING, WITHDRAWN = pb.REGISTRATION_STATE_WON, pb.REGISTRATION_STATE_WAITING, pb.REGISTRATION_STATE_WITHDRAWN


def test_a_member_has_a_place_at_once_with_a_code_for_the_door(stage: Stage) -> None:
    """One place less is left, and the fact goes out."""
    offer_id, person = stage.published(), stage.member()
    mine = stage.register(offer_id, person)
    assert mine.state == WON
    assert re.fullmatch(f"[{ALPHABET}]{{6}}", mine.attendance_code)
    assert mine.offer.places_left == stage.see(offer_id).places_left == 2
    (fact,) = stage.facts("place_won")
    assert (fact.subject, fact.version) == (mine.registration_id, 1)
    assert fact.data == {
        "registration_id": mine.registration_id, "offer_id": offer_id, "person_id": person.account_id,
        "kind": "registration",
    }  # fmt: skip
    assert stage.mine(person) == [mine]


def test_who_registers_for_a_draw_waits_without_a_code(stage: Stage) -> None:
    """No place is taken yet; the confirmation is another fact."""
    offer_id, person = stage.published_draw(), stage.member()
    mine = stage.register(offer_id, person)
    assert (mine.state, mine.attendance_code, mine.offer.places_left) == (WAITING, "", 3)
    (fact,) = stage.facts("registration_confirmed")
    assert fact.data["registration_id"] == mine.registration_id
    assert stage.facts("place_won") == []


@pytest.mark.parametrize(
    ("instant", "reason"),
    [
        (OPENS - timedelta(microseconds=1), "registration_not_open"),
        (OPENS, ""),
        (CLOSES, ""),
        (CLOSES + timedelta(microseconds=1), "registration_closed"),
        (AFTER, "registration_closed"),
    ],
)
def test_registrations_are_taken_from_the_opening_to_the_last_instant(stage: Stage, instant: Any, reason: str) -> None:
    """Whether or not the closing was played yet."""
    offer_id, person = stage.published(), stage.member()
    stage.clock.instant = instant
    if reason:
        with pytest.raises(PeerRefused, match=reason):
            stage.register(offer_id, person)
        assert stage.mine(person) == []
    else:
        assert stage.register(offer_id, person).state == WON


def test_the_sentence_of_a_late_registration_tells_since_when(stage: Stage) -> None:
    """In Paris time, and what to do instead."""
    offer_id, person = stage.published(), stage.member()
    assert stage.move_to(AFTER) == 1
    with pytest.raises(PeerRefused) as refused:
        stage.register(offer_id, person)
    assert refused.value.sentence_fr == (
        "Les inscriptions sont closes depuis le 20/10/2025 à 18:00 : choisissez un autre bon plan."
    )
    with pytest.raises(PeerRefused, match="registration_closed"):
        stage.withdraw(offer_id, person)


def test_the_closing_is_played_once_right_after_the_last_instant(stage: Stage) -> None:
    offer_id = stage.published()
    assert stage.move_to(CLOSES) == 0
    assert stage.move_to(AFTER) == 1
    closed = stage.see(offer_id)
    assert (closed.state, closed.version) == (offers_pb2.OFFER_STATE_CLOSED, 3)
    assert stage.play_due() == 0


def test_only_members_of_the_offers_scheme_and_season_register(stage: Stage) -> None:
    """Not a stranger, not another scheme's member, not one whose membership ended."""
    offer_id = stage.published()
    ended = Person(AccountKind.YOUNG)
    stage.end(ended, stage.activate(ended))
    others = [
        Person(AccountKind.YOUNG), stage.member(scheme="livres-equipement"), stage.member(season="2024-2025"), ended,
    ]  # fmt: skip
    for person in others:
        with pytest.raises(PeerRefused, match="membership_needed"):
            stage.register(offer_id, person)
    assert stage.see(offer_id).places_left == 3


def test_memberships_may_be_told_late_twice_and_out_of_order(stage: Stage) -> None:
    """The highest version counts: an old activation brings no ended membership back."""
    offer_id, person = stage.published(), Person(AccountKind.YOUNG)
    membership_id = str(uuid.uuid4())
    stage.end(person, membership_id, version=3)
    stage.activate(person, membership_id, version=2)
    with pytest.raises(PeerRefused, match="membership_needed"):
        stage.register(offer_id, person)
    stage.activate(person, membership_id, version=4)
    stage.end(person, membership_id, version=3)
    assert stage.register(offer_id, person).state == WON


def test_a_person_registers_once(stage: Stage) -> None:
    offer_id, person = stage.published(), stage.member()
    stage.register(offer_id, person)
    with pytest.raises(PeerRefused, match="already_registered"):
        stage.register(offer_id, person)
    assert stage.see(offer_id).places_left == 2


def test_a_full_offer_refuses_and_a_place_that_comes_free_is_given_again(stage: Stage) -> None:
    """Who has a place and asks again is told so, not that the offer is full."""
    offer_id, first, second = stage.published(places=1), stage.member(), stage.member()
    stage.register(offer_id, first)
    with pytest.raises(PeerRefused, match="offer_full"):
        stage.register(offer_id, second)
    with pytest.raises(PeerRefused, match="already_registered"):
        stage.register(offer_id, first)
    left = stage.withdraw(offer_id, first)
    assert (left.state, left.attendance_code, left.offer.places_left) == (WITHDRAWN, "", 1)
    assert stage.register(offer_id, second).state == WON
    with pytest.raises(PeerRefused, match="offer_full"):
        stage.register(offer_id, first)


def test_who_withdrew_may_come_back_while_registrations_are_open(stage: Stage) -> None:
    """The same registration, with a new code and a later version."""
    offer_id, person = stage.published(), stage.member()
    first = stage.register(offer_id, person)
    stage.withdraw(offer_id, person)
    stage.clock.instant = DURING + timedelta(hours=1)
    again = stage.register(offer_id, person)
    assert (again.registration_id, again.state) == (first.registration_id, WON)
    assert again.attendance_code != first.attendance_code
    assert again.registered_at.ToDatetime() > first.registered_at.ToDatetime()
    assert [fact.version for fact in stage.facts("place_won")] == [1, 3]
    stage.withdraw(offer_id, person)
    stage.move_to(AFTER)
    with pytest.raises(PeerRefused, match="registration_closed"):
        stage.register(offer_id, person)


def test_who_is_not_registered_has_nothing_to_withdraw(stage: Stage) -> None:
    """Nor who withdrew already: no place is given back twice."""
    offer_id, person = stage.published(), stage.member()
    with pytest.raises(PeerRefused, match="not_registered"):
        stage.withdraw(offer_id, person)
    stage.register(offer_id, person)
    stage.withdraw(offer_id, person)
    with pytest.raises(PeerRefused, match="not_registered"):
        stage.withdraw(offer_id, person)
    assert stage.see(offer_id).places_left == 3


def test_leaving_a_draw_frees_no_place(stage: Stage) -> None:
    """It took none."""
    offer_id, person = stage.published_draw(), stage.member()
    stage.register(offer_id, person)
    assert stage.withdraw(offer_id, person).offer.places_left == 3


def test_an_offer_that_does_not_show_cannot_be_registered_for(stage: Stage) -> None:
    """Nor found out by trying."""
    person = stage.member()
    submitted = stage.submit().offer_id
    for offer_id in (submitted, str(uuid.uuid4())):
        for act in (stage.register, stage.withdraw):
            with pytest.raises(PeerRefused, match="unknown_offer"):
                act(offer_id, person)


def test_an_organiser_sees_codes_now_and_names_once_registrations_are_over(stage: Stage) -> None:
    """Who withdrew is not shown; identity is asked in the service's own name, and only then."""
    offer_id, person, gone = stage.published(), stage.member(), stage.member()
    stage.identity.names[person.account_id] = ("Lou", "EXEMPLE")
    mine = stage.register(offer_id, person)
    stage.register(offer_id, gone)
    stage.withdraw(offer_id, gone)

    def seen() -> list[tuple[str, str, str]]:
        listed = stage.registrants(offer_id, stage.cinema, stage.delegate)
        return [(each.registration_id, each.attendance_code, each.name) for each in listed]

    assert seen() == [(mine.registration_id, mine.attendance_code, "")]
    assert stage.identity.asked_by == []
    stage.move_to(AFTER)
    assert seen() == [(mine.registration_id, mine.attendance_code, "Lou EXEMPLE")]
    (asked_by,) = stage.identity.asked_by
    assert (asked_by.authority_id, asked_by.service, asked_by.account) == ("normandie", "bonplan", None)


def test_while_identity_is_away_the_list_shows_without_names(stage: Stage) -> None:
    offer_id, person = stage.published(), stage.member()
    code = stage.register(offer_id, person).attendance_code
    stage.move_to(AFTER)
    stage.identity.is_away = True
    (shown,) = stage.registrants(offer_id, stage.cinema, stage.delegate)
    assert (shown.attendance_code, shown.name) == (code, "")


def test_registrants_and_own_registrations_come_by_pages(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order of arrival, and newest first."""
    monkeypatch.setattr(pages, "PAGE", 2)
    offer_id = stage.published()
    arrived = [stage.register(offer_id, stage.member()).registration_id for _ in range(3)]
    first = stage.call("ListRegistrants", pb.ListRegistrantsRequest(offer_id=offer_id), stage.moderator)
    request = pb.ListRegistrantsRequest(offer_id=offer_id, page_token=first.next_page_token)
    second = stage.call("ListRegistrants", request, stage.moderator)
    assert sorted(each.registration_id for page in (first, second) for each in page.registrants) == sorted(arrived)
    assert (len(first.registrants), second.next_page_token) == (2, "")

    person = stage.member()
    for hours in range(3):
        stage.clock.instant = DURING + timedelta(hours=hours)
        stage.register(stage.published(), person)
    page = stage.call("ListMyRegistrations", pb.ListMyRegistrationsRequest(), person)
    rest = stage.call("ListMyRegistrations", pb.ListMyRegistrationsRequest(page_token=page.next_page_token), person)
    instants = [each.registered_at.ToDatetime() for each in (*page.registrations, *rest.registrations)]
    assert instants == sorted(instants, reverse=True)
    assert len(set(instants)) == 3


def test_each_outcome_is_counted(stage: Stage) -> None:
    """What the dashboards draw: places won, refusals because the offer was full or closed."""

    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("atouts_bonplan_registrations_total", {"outcome": outcome}) or 0.0

    outcomes = ("won", "withdrawn", "full", "closed", "refused")
    before = [counted(outcome) for outcome in outcomes]
    offer_id, person, other = stage.published(places=1), stage.member(), stage.member()
    stage.register(offer_id, person)
    for refused in (other, Person(AccountKind.YOUNG)):
        with pytest.raises(PeerRefused):
            stage.register(offer_id, refused)
    stage.withdraw(offer_id, person)
    stage.clock.instant = AFTER
    with pytest.raises(PeerRefused):
        stage.register(offer_id, other)
    assert [counted(outcome) - old for outcome, old in zip(outcomes, before, strict=True)] == [1, 1, 1, 1, 1]


def test_no_event_of_the_past_is_needed_to_see_an_offer_before_it_opens(stage: Stage) -> None:
    """A published offer shows before registrations open."""
    stage.clock.instant = BEFORE
    offer_id = stage.published()
    assert stage.see(offer_id).state == offers_pb2.OFFER_STATE_PUBLISHED
    with pytest.raises(PeerRefused) as refused:
        stage.register(offer_id, stage.member())
    assert refused.value.sentence_fr == "Les inscriptions ouvrent le 01/10/2025 à 09:00 : revenez à ce moment-là."
