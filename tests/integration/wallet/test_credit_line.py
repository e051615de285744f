"""The last euros of an envelope: rivals, those who wait, and what is voted for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from atouts.wallet.v1 import memberships_pb2, seasons_pb2

from chassis.context import Account
from services.wallet.application import crediting
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, CATALOGUE, CULTURE, SEASON, Stage, account
from tests.integration.wallet.till_rulebooks import TILL

BENEFIT, CENTS = "livres", 5_000


def joins(stage: Stage, person: Account | None = None) -> Any:
    """A request that is complete at once: the scheme has no fee."""
    asking = person or account()
    stage.knows(asking)
    return stage.ask(asking, TILL)


def has(membership: Any) -> bool:
    return any(each.credited for each in membership.entitlements if each.benefit == BENEFIT)


def budget_for(stage: Stage, members: int) -> Account:
    """An open season whose envelope bears so many, all others plenty."""
    chief = stage.staff("administration")
    stage.call("OpenSeason", seasons_pb2.OpenSeasonRequest(scheme=TILL, season=SEASON), chief)
    for benefit in ("licence", "cours", "places", "bons"):
        stage.vote(chief, benefit, 1_000_000, TILL)
    if members:
        stage.vote(chief, BENEFIT, members * CENTS, TILL)
    return chief


def envelope(stage: Stage, benefit: str = BENEFIT) -> Any:
    answer = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=TILL), stage.staff("audit"))
    return next(each for each in answer.envelopes if each.benefit == benefit)


def holds(stage: Stage) -> None:
    assert [finding for finding in verify(stage.parts, AUTHORITY_ID).findings if not finding.held] == []


def test_rivals_share_the_last_euros_and_the_rest_hear_it_in_the_same_answer(stage: Stage) -> None:
    """Twenty at once for what bears seven: seven are credited, thirteen are told, nothing is beyond the vote."""
    budget_for(stage, 7)
    persons = [account() for _ in range(20)]
    for person in persons:
        stage.knows(person)
    answers = at_once(20, lambda number: stage.ask(persons[number], TILL))
    assert [each.state for each in answers] == [memberships_pb2.MEMBERSHIP_STATE_ACTIVE] * 20
    assert sum(has(each) for each in answers) == 7
    line = envelope(stage)
    assert (line.unallocated_cents, line.waiting_members, line.waiting_cents) == (0, 13, 13 * CENTS)
    assert stage.event_types().count("budget_threshold_reached") == 1
    holds(stage)


def test_one_group_serves_members_of_the_same_instant_by_id(stage: Stage) -> None:
    """Those who are left out are those of the highest ids: the instant is the same for all."""
    budget_for(stage, 2)
    asked = [joins(stage) for _ in range(2)]
    assert [has(each) for each in asked] == [True, True]
    late = at_once(4, lambda _: joins(stage))
    stage.vote(stage.staff("administration"), BENEFIT, 2 * CENTS, TILL)
    while stage.play_due():
        pass
    credited = {str(row.membership_id) for row in stage.rows("wallets") if row.benefit == BENEFIT}
    first = sorted(UUID(each.membership_id) for each in late)[:2]
    assert credited == {each.membership_id for each in asked} | {str(each) for each in first}


def test_who_waits_is_credited_once_more_is_voted_first_the_first_complete(stage: Stage) -> None:
    """In the order of complete requests; what is left over waits for the next vote."""
    chief = budget_for(stage, 0)
    waiting = []
    for _ in range(4):
        waiting.append(joins(stage))
        stage.clock.forward(minutes=1)
    assert not any(has(each) for each in waiting)
    told = stage.call(
        "ListWaitingMembers",
        seasons_pb2.ListWaitingMembersRequest(scheme=TILL, season=SEASON, benefit=BENEFIT),
        stage.staff("audit"),
    ).members
    assert [each.membership_id for each in told] == [each.membership_id for each in waiting]
    stage.vote(chief, BENEFIT, 2 * CENTS + 1, TILL)
    stage.play_due()
    credited = [str(row.membership_id) for row in stage.rows("wallets") if row.benefit == BENEFIT]
    assert sorted(credited) == sorted(each.membership_id for each in waiting[:2])
    assert envelope(stage).unallocated_cents == 1
    stage.vote(chief, BENEFIT, 2 * CENTS, TILL)
    stage.play_due()
    assert envelope(stage).waiting_members == 0
    assert stage.event_types().count("wallet_credited") == 4 * 5
    holds(stage)


def test_nobody_passes_those_who_wait(stage: Stage) -> None:
    """More was voted and the line is not served yet: a newcomer comes behind it, and is served after it."""
    chief = budget_for(stage, 0)
    first = joins(stage)
    stage.clock.forward(minutes=1)
    stage.vote(chief, BENEFIT, CENTS, TILL)
    assert not has(joins(stage))
    credited = [str(row.membership_id) for row in stage.rows("wallets") if row.benefit == BENEFIT]
    assert credited == [first.membership_id]


def test_nobody_passes_a_line_that_is_longer_than_a_batch(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer is not credited before those of whom the batch saw nothing."""
    monkeypatch.setattr(crediting, "BATCH", 1)
    chief = budget_for(stage, 0)
    waiting = []
    for _ in range(5):
        waiting.append(joins(stage))
        stage.clock.forward(minutes=1)
    stage.vote(chief, BENEFIT, 4 * CENTS, TILL)
    assert not has(joins(stage))
    for _ in range(6):  # a batch a turn
        stage.play_due()
    credited = {str(row.membership_id) for row in stage.rows("wallets") if row.benefit == BENEFIT}
    assert credited == {each.membership_id for each in waiting[:4]}
    holds(stage)


def test_a_place_that_a_dead_process_left_is_served_by_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Active and committed, its process killed before the credit: it is first in the line, and nothing is doubled."""
    budget_for(stage, 1)
    with monkeypatch.context() as killed:
        killed.setattr(type(stage.parts.credits), "settle", lambda *_: None)
        left = joins(stage)
    assert not has(left)
    stage.clock.forward(minutes=1)
    assert not has(joins(stage))
    credited = [str(row.membership_id) for row in stage.rows("wallets") if row.benefit == BENEFIT]
    assert credited == [left.membership_id]
    holds(stage)


def test_serving_a_line_again_changes_nothing(stage: Stage) -> None:
    """What was credited has left the line: a group that is run again finds nobody."""
    budget_for(stage, 3)
    for _ in range(2):
        joins(stage)
    with stage.parts.platform.database.transaction() as session:
        work = stage.work(session)
        ids = {row.envelope_id for row in stage.rows("envelopes")}
        assert crediting.serve_line(work, stage.parts.rules, ids) == set()
    assert len([row for row in stage.rows("wallets") if row.benefit == BENEFIT]) == 2
    holds(stage)


def test_thresholds_are_announced_once_each_though_a_group_passes_several(stage: Stage) -> None:
    """One member takes the whole envelope: each of the scheme's thresholds is told, in their order."""
    stage.open_season(CULTURE, vote_cents=3_000)
    stage.member()
    told = [row.data for row in stage.rows("outbox") if row.type.endswith("budget_threshold_reached.v1")]
    of_shows = [each["percent"] for each in told if each["benefit"] == "spectacle"]
    assert of_shows == list(CATALOGUE.get(AUTHORITY_ID, CULTURE, SEASON).budget.thresholds_percent)
