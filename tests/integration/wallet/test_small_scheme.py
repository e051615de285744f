"""A membership of a small scheme with one of everything: charter, consents, later loading, uses, versions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from atouts.wallet.v1 import memberships_pb2 as pb
from atouts.wallet.v1 import seasons_pb2

from chassis.context import Account
from services.wallet.application import activation
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import memberships
from tests.integration.wallet.stage import AUTHORITY_ID, CATALOGUE, SEASON, SMALL, Stage, account

CHARTER = "2025-07-01"
FIRST, SECOND = CATALOGUE.versions(AUTHORITY_ID, SMALL, SEASON)
MINOR = date(2008, 5, 1)


def _asking(charter: str = CHARTER) -> pb.RequestMembershipRequest:
    return pb.RequestMembershipRequest(scheme=SMALL, season=SEASON, charter_version=charter)


def _member(stage: Stage, born: date = MINOR, **facts: Any) -> Account:
    person = account()
    stage.knows(person, born=born, **facts)
    assert stage.ask(person, SMALL, CHARTER).state == pb.MEMBERSHIP_STATE_ACTIVE
    return person


def _now(stage: Stage, person: Account, born: date = MINOR, **facts: Any) -> None:
    stage.knows(person, born=born, **facts)
    stage.facts_changed(person)


def _membership(stage: Stage, person: Account) -> Any:
    (membership,) = stage.call("ListMemberships", pb.ListMembershipsRequest(), person).memberships
    return membership


def _entitlements(stage: Stage, person: Account) -> dict[str, Any]:
    return {each.benefit: each for each in _membership(stage, person).entitlements}


def _rows(stage: Stage, person: Account) -> dict[str, Any]:
    return {row.benefit: row for row in stage.rows("wallets") if str(row.person_id) == person.account_id}


# --- Charter and consents


@pytest.mark.parametrize("charter", ["", "2024-07-01"])
def test_a_charter_comes_before_the_request(stage: Stage, charter: str) -> None:
    """Without it, or with another version, nothing is kept and the version to accept is told."""
    stage.open_season(SMALL)
    person = account()
    stage.knows(person)
    refused = stage.refusal("RequestMembership", _asking(charter), person)
    assert (refused.reason, refused.field) == ("charter_not_accepted", "charter_version")
    assert CHARTER in refused.sentence_fr
    assert stage.rows("memberships") == []


def test_the_accepted_charter_stays_with_the_membership(stage: Stage) -> None:
    """Its version and the moment, for whoever asks later what was accepted."""
    stage.open_season(SMALL)
    membership = _membership(stage, _member(stage))
    assert membership.charter_version == CHARTER
    assert membership.charter_accepted_at.ToDatetime(tzinfo=UTC) == stage.clock.instant


def test_a_request_waits_for_a_guardian_and_moves_on_with_the_consent(stage: Stage) -> None:
    """Under 15 the membership itself waits; the consent makes it active."""
    stage.open_season(SMALL)
    person, born = account(), date(2011, 3, 1)
    stage.knows(person, born=born)
    assert stage.ask(person, SMALL, CHARTER).state == pb.MEMBERSHIP_STATE_AWAITING_CONSENT
    assert _rows(stage, person) == {}
    _now(stage, person, born, guardian_consents=["membre_guardian"])
    assert _membership(stage, person).state == pb.MEMBERSHIP_STATE_ACTIVE
    assert _rows(stage, person)["lecture"].balance_cents == 3000


def test_a_benefit_waits_for_its_consent_and_is_credited_once(stage: Stage) -> None:
    """The others are credited at once; the consent brings the rest, and its withdrawal takes nothing back."""
    stage.open_season(SMALL)
    person = _member(stage)
    waiting = _entitlements(stage, person)["voyage"]
    assert (waiting.credited, list(waiting.waits)) == (False, ["voyage_guardian"])
    for consents in (["voyage_guardian"], ["voyage_guardian"], []):
        _now(stage, person, guardian_consents=consents)
    given = _entitlements(stage, person)["voyage"]
    assert (given.credited, list(given.waits)) == (True, [])
    assert _rows(stage, person)["voyage"].credited_cents == 5000
    assert verify(stage.parts, AUTHORITY_ID).held


# --- Kinds and uses


def test_only_rights_in_cents_are_wallets(stage: Stage) -> None:
    """Tickets bring their uses; an access and a grant are had without a wallet, an envelope or a credit."""
    stage.open_season(SMALL)
    person = _member(stage)
    entitlements, wallets = _entitlements(stage, person), _rows(stage, person)
    assert set(wallets) == {"lecture", "cine"}
    assert (wallets["cine"].uses_left, wallets["lecture"].uses_left) == (5, None)
    assert (entitlements["cine"].uses, entitlements["lecture"].HasField("uses")) == (5, False)
    assert {name for name, each in entitlements.items() if each.credited} == {"lecture", "cine", "musees", "bourse"}
    assert entitlements["bourse"].amount_cents == 80000


def test_a_holder_sees_what_is_left_in_uses(stage: Stage) -> None:
    """Tickets with their number and both shares of a seat; a balance has neither."""
    stage.open_season(SMALL)
    wallets = stage.wallets(_member(stage))
    cine, lecture = wallets["cine"], wallets["lecture"]
    assert (cine.kind, cine.uses_left, cine.unit_cents, cine.holder_unit_cents) == ("tickets", 5, 500, 100)
    assert (lecture.kind, lecture.HasField("uses_left"), lecture.unit_cents) == ("money", False, 0)


def test_instalments_are_each_had_once_in_a_schooling(stage: Stage) -> None:
    """What is kept is the instalment's own key, which `benefits_had` knows it by."""
    stage.open_season(SMALL)
    person = _member(stage, study_level="seconde")
    assert _entitlements(stage, person)["atelier"].instalment == "first"
    assert [row.benefit for row in stage.rows("once_credits")] == ["atelier.first"]


# --- What loads later


def test_what_loads_later_comes_with_its_proof_and_lives_its_own_life(stage: Stage) -> None:
    """Credited once, the day of the proof, for 24 months date to date; a greater proof later changes nothing."""
    stage.open_season(SMALL)
    person = _member(stage)
    _now(stage, person, validated_proofs=["mission_35h"])
    _now(stage, person, validated_proofs=["mission_35h", "mission_80h"])
    wallet = _rows(stage, person)["permis"]
    assert (wallet.credited_cents, wallet.opens_on, wallet.closes_on) == (
        20000,
        date(2025, 10, 4),
        date(2027, 10, 4),
    )


def test_a_wallet_with_its_own_life_outlives_the_season_and_ends_on_its_day(stage: Stage) -> None:
    """The season's end takes the rest and ends the membership; two days of closing are two jobs, played once."""
    stage.open_season(SMALL)
    person = _member(stage)
    _now(stage, person, validated_proofs=["mission_80h"])
    stage.clock.instant = datetime(2026, 7, 1, 6, tzinfo=UTC)
    stage.play_due()
    assert _membership(stage, person).state == pb.MEMBERSHIP_STATE_ENDED
    assert {name: row.balance_cents for name, row in _rows(stage, person).items() if row.balance_cents} == {
        "permis": 50000
    }
    stage.clock.instant = datetime(2027, 10, 4, 21, 59, tzinfo=UTC)
    assert stage.play_due() == 0
    stage.clock.instant = datetime(2027, 10, 4, 22, 0, tzinfo=UTC)
    assert stage.play_due() == 1
    assert _rows(stage, person)["permis"].balance_cents == 0
    assert verify(stage.parts, AUTHORITY_ID).held


def test_what_a_member_becomes_otherwise_neither_gives_nor_takes(stage: Stage) -> None:
    """A benefit of the request's day is not given afterwards; who moved away gets nothing more, and keeps the rest."""
    stage.open_season(SMALL)
    person = _member(stage)
    before = _rows(stage, person)
    _now(stage, person, study_level="seconde")
    _now(stage, person, residence_region="53", validated_proofs=["mission_80h"])
    assert _rows(stage, person) == before


# --- Versions


def _adopt(stage: Stage, chief: Account) -> None:
    request = seasons_pb2.AdoptVersionRequest(scheme=SMALL, season=SEASON, rulebook_hash=SECOND.hash)
    stage.call("AdoptVersion", request, chief)
    for benefit in SECOND.benefits:
        if benefit.holds_cents and benefit.id not in {each.id for each in FIRST.benefits}:
            stage.clock.instant = datetime(2026, 1, 1, 7, tzinfo=UTC)
            stage.vote(chief, benefit.id, 100_000, SMALL)


def test_members_get_the_difference_of_a_version_that_is_theirs_too(stage: Stage) -> None:
    """What it grants more is credited and nothing is taken back: more cents, more tickets, a new benefit; once."""
    chief = stage.open_season(SMALL)
    person = _member(stage, guardian_consents=["voyage_guardian"])
    _adopt(stage, chief)
    stage.play_due()
    wallets = _rows(stage, person)
    assert {name: row.credited_cents for name, row in wallets.items()} == {
        "lecture": 4500,
        "cine": 3500,
        "voyage": 5000,
        "sport": 2000,
    }
    assert wallets["cine"].uses_left == 7
    assert _entitlements(stage, person)["lecture"].amount_cents == 4500
    assert _membership(stage, person).rulebook_hash == SECOND.hash
    stage.play_due()
    assert _rows(stage, person) == wallets
    assert verify(stage.parts, AUTHORITY_ID).held


def test_who_becomes_active_after_a_version_gets_it_too(stage: Stage) -> None:
    """A request of before that a guardian authorises in January: its own version, then the difference."""
    chief = stage.open_season(SMALL)
    person, born = account(), date(2011, 3, 1)
    stage.knows(person, born=born)
    stage.ask(person, SMALL, CHARTER)
    _adopt(stage, chief)
    stage.play_due()
    _now(stage, person, born, guardian_consents=["membre_guardian"])
    assert _rows(stage, person)["lecture"].credited_cents == 4500
    assert verify(stage.parts, AUTHORITY_ID).held


def test_the_difference_that_the_budget_cannot_bear_is_not_credited(stage: Stage) -> None:
    """The wallet and the entitlement stay as they were."""
    stage.open_season(SMALL, vote_cents=3_000)
    person = _member(stage)
    stage.clock.instant = datetime(2026, 1, 1, 7, tzinfo=UTC)
    parts = stage.parts
    with parts.platform.database.transaction() as session:
        work = stage.work(session)
        (held,) = memberships.lock_open_of(work, [stage.rows("memberships")[0].person_id])
        activation.credit_difference(work, parts.rules, SECOND, held)
    assert _rows(stage, person)["lecture"].credited_cents == 3000
    assert _entitlements(stage, person)["lecture"].amount_cents == 3000


# --- Budget


def test_where_benefits_close_one_by_one_the_others_are_still_credited(stage: Stage) -> None:
    """`close_benefit`: a spent envelope leaves its benefit uncredited; shares of the rulebook's own are told."""
    stage.open_season(SMALL, vote_cents=5_000)
    _member(stage)
    late = _member(stage)
    entitlements = _entitlements(stage, late)
    assert (entitlements["lecture"].credited, entitlements["cine"].credited) == (False, True)
    told = [row.data["percent"] for row in stage.rows("outbox") if row.type.endswith("threshold_reached.v1")]
    assert sorted(told) == [50, 50, 100]
