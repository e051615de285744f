"""The end of the season: what is left expires, and every cent is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from atouts.wallet.v1 import memberships_pb2, movements_pb2, seasons_pb2

from services.wallet.application import season_end
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, SEASON, Stage, account


def test_unspent_balances_expire_and_every_cent_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches go on until none is left; envelopes = unallocated + left + expired + debited - cancelled."""
    monkeypatch.setattr(season_end, "BATCH", 2)
    person, _, _, _ = stage.paid()
    for _ in range(4):
        stage.member()
    waiting = account()
    stage.knows(waiting)
    stage.ask(waiting)
    stage.clock.instant = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    assert stage.play_due() == 0
    stage.clock.forward(minutes=1)
    while stage.play_due() == 0:
        assert stage.rows("jobs")[0].done_at is None
    figures = verify(stage.parts, AUTHORITY_ID)
    assert figures.held
    assert figures.figures["left_cents"] == 0
    assert figures.figures["expired_cents"] == 5 * 9500 - 700
    known = figures.figures
    assert known["envelopes_cents"] == (
        known["unallocated_cents"]
        + known["left_cents"]
        + known["expired_cents"]
        + known["debited_cents"]
        - known["cancelled_cents"]
    )
    assert stage.event_types().count("membership_ended") == 5
    states = {row.state for row in stage.rows("memberships")}
    assert states == {"ended", "refused"}
    movements = stage.call(
        "ListMovements",
        movements_pb2.ListMovementsRequest(wallet_id=stage.wallets(person)["cinema"].wallet_id),
        person,
    ).movements
    assert [(m.kind, m.amount_cents, m.balance_after_cents) for m in movements] == [
        ("expire", -1300, 0),
        ("debit", -700, 1300),
        ("credit", 2000, 2000),
    ]


def test_a_season_end_that_is_killed_between_and_inside_batches_loses_and_doubles_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after some batches, and once more before a batch commits: another begins where it stopped."""
    monkeypatch.setattr(season_end, "BATCH", 2)
    stage.open_season()
    for _ in range(5):
        stage.member()
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    rules, database = stage.parts.rules, stage.parts.platform.database

    def batch(*, dies: bool = False) -> bool:
        with database.transaction() as session:
            done = season_end.end_some(stage.work(session), rules, CULTURE, SEASON)
            if dies:
                session.rollback()
            return done

    assert not batch()
    assert not batch(dies=True)
    assert len([row for row in stage.rows("memberships") if row.state == "ended"]) == 2
    while not batch():
        pass
    assert batch()
    assert verify(stage.parts, AUTHORITY_ID).held
    assert stage.sums()["expired"] == 5 * 9500
    assert stage.event_types().count("membership_ended") == 5
    assert {row.expired_cents for row in stage.rows("envelopes") if row.benefit == "cinema"} == {5 * 2000}


def test_who_waited_for_budget_waits_no_more_once_the_season_ended(stage: Stage) -> None:
    """Their place leaves the line: a vote that comes too late credits nobody."""
    stage.open_season(vote_cents=3000)
    asked = []
    for person in (account(), account()):
        stage.knows(person)
        asked.append(stage.ask(person))
    for membership in asked:
        stage.cash(membership)
    assert stage.rows("due_credits") != []
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    while stage.play_due():
        pass
    assert stage.rows("due_credits") == []
    assert verify(stage.parts, AUTHORITY_ID).held


def test_the_envelopes_figures_are_the_ledgers(stage: Stage) -> None:
    """What staff read per envelope adds up to what the entries say."""
    person, cinema, cashier, receipt = stage.paid()
    stage.call("Debit", stage.debit_request(cinema, 300, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    answer = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=CULTURE), stage.staff("audit"))
    cinema_line = next(e for e in answer.envelopes if e.benefit == "cinema")
    assert (cinema_line.credited_cents, cinema_line.left_cents, cinema_line.debited_cents) == (
        4000,
        3700,
        300,
    )
    assert sum(e.left_cents for e in answer.envelopes) == stage.sums()["wallet"]
    stage.clock.forward(days=1)
    stage.call("CountDay", movements_pb2.CountDayRequest(day="2025-10-04"), service="payout")
    again = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=CULTURE), stage.staff("audit"))
    assert list(again.envelopes) == list(answer.envelopes)  # the day's sums are kept, and nothing counts twice
    assert stage.balance(person) == 2000


def test_staff_page_through_members_by_state(stage: Stage) -> None:
    """Staff page through a season's members by state."""
    stage.open_season()
    for _ in range(3):
        stage.member()
    person = account()
    stage.knows(person)
    stage.ask(person)
    search = memberships_pb2.SearchMembershipsRequest(scheme=CULTURE, state=memberships_pb2.MEMBERSHIP_STATE_ACTIVE)
    found = stage.call("SearchMemberships", search, stage.staff("instruction"))
    assert len(found.memberships) == 3
    search.page_token = "not a token"
    assert stage.refusal("SearchMemberships", search, stage.staff("instruction")).reason == "malformed"
