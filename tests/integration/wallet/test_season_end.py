"""The end of the season: what is left expires, and every cent is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from atouts.wallet.v1 import memberships_pb2, movements_pb2, seasons_pb2

from services.wallet.application import season_end
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, Stage, account


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
