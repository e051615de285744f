"""Read models are refilled from their owners, and each difference is named."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from atouts.identity.v1 import accounts_pb2
from atouts.partner.v1 import accreditations_pb2, organisations_pb2

from chassis.grants import AUTHORITY_SCOPE
from services.wallet.entrypoints.read_models import READ_MODELS, Operator
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, Stage, account

PARTNER, CLERK = UUID(int=1), account().account_id


class MadeUpOwner:
    """Answers an owner's List RPCs, page by page."""

    def __init__(self, **pages: list[Any]) -> None:
        self._pages = pages

    def call(self, rpc: str, request: Any, *, timeout_s: float = 3.0) -> Any:
        return self._pages[rpc][int(request.page_token or 0)]


def _operator(stage: Stage) -> Operator:
    granted = accreditations_pb2.Accreditation(
        partner_id=str(PARTNER),
        scheme=CULTURE,
        category="cinema",
        state=accreditations_pb2.ACCREDITATION_STATE_GRANTED,
        version=3,
    )
    draft = accreditations_pb2.Accreditation(partner_id=str(PARTNER), scheme=CULTURE, category="spectacle", version=1)
    clerk = accounts_pb2.Grant(account_id=CLERK, scope=AUTHORITY_SCOPE, roles=["payments"], version=2)
    partner = MadeUpOwner(
        ListAccreditations=[
            accreditations_pb2.ListAccreditationsResponse(accreditations=[draft], next_page_token="1"),
            accreditations_pb2.ListAccreditationsResponse(accreditations=[granted]),
        ],
        ListGrants=[organisations_pb2.ListGrantsResponse()],
    )
    identity = MadeUpOwner(ListGrants=[accounts_pb2.ListGrantsResponse(grants=[clerk])])
    parts: Any = dataclasses.replace(stage.parts, partner=partner, identity=identity)  # type: ignore[arg-type]
    return Operator(parts, AUTHORITY_ID)


@pytest.mark.parametrize("name", ["accreditations", "grants"])
def test_what_the_owner_lists_is_kept_and_then_nothing_differs(stage: Stage, name: str) -> None:
    """An empty read model differs by what it lacks; rebuilt, it does not; a stranger row is named."""
    operator, model = _operator(stage), READ_MODELS[name]
    assert len(list(model.compare(operator))) == 1
    model.rebuild(operator)
    assert list(model.compare(operator)) == []
    stage.accredit(UUID(int=2), "cinema")
    stage.staff("support")
    assert len(list(model.compare(operator))) == 1


def test_facts_that_were_missed_are_fetched_and_decided_on(stage: Stage) -> None:
    """An event that never came: rebuild fetches the newer facts and moves the waiting request on."""
    stage.open_season()
    person = account()
    stage.knows(person, identity_checked=False)
    stage.ask(person)
    stage.knows(person)
    operator, model = _operator(stage), READ_MODELS["facts"]
    assert len(list(model.compare(operator))) == 1
    assert model.rebuild(operator) == 1
    assert list(model.compare(operator)) == []
    assert [row.state for row in stage.rows("memberships")] == ["awaiting_payment"]
