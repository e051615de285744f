"""Who is a member, for the services that ask."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from atouts.wallet.v1 import memberships_pb2 as pb

from services.wallet.store import views
from tests.integration.wallet.stage import CULTURE, SEASON, Stage, account


@pytest.mark.parametrize("service", ["bonplan", "notification"])
def test_active_and_ended_memberships_are_listed_page_by_page(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    """Those that wait or were refused concern nobody else; versions are those of their events."""
    monkeypatch.setattr(views, "STANDINGS_A_PAGE", 2)
    stage.open_season()
    persons = [stage.member() for _ in range(5)]
    waiting = account()
    stage.knows(waiting)
    stage.ask(waiting)
    for state, moment in (
        (pb.MEMBERSHIP_STATE_ACTIVE, stage.clock.instant),
        (pb.MEMBERSHIP_STATE_ENDED, datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
    ):
        stage.clock.instant = moment
        stage.play_due()
        found, pages, token = [], 0, ""
        while not pages or token:
            answer = stage.call(
                "ListMembershipStates", pb.ListMembershipStatesRequest(page_token=token), service=service
            )
            found += answer.memberships
            token, pages = answer.next_page_token, pages + 1
        assert pages == 3
        assert {each.person_id for each in found} == {person.account_id for person in persons}
        assert {(each.scheme, each.season, each.state) for each in found} == {(CULTURE, SEASON, state)}
        kind = "membership_ended" if state == pb.MEMBERSHIP_STATE_ENDED else "membership_activated"
        told = {row.subject: row.version for row in stage.rows("outbox") if kind in row.type}
        assert {each.membership_id: each.version for each in found} == told
