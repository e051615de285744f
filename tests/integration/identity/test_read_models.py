"""Read models of partner's facts: kept by event, refilled and compared by an operator."""

from __future__ import annotations

import uuid
from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb

from services.identity.adapters.partner_lists import PartnerLists
from services.identity.entrypoints.read_models import READ_MODELS, Operator
from services.identity.store import views
from tests.integration.identity.stage import AUTHORITY, Stage

SCHOOL, CASHIER = str(uuid.uuid4()), str(uuid.uuid4())


class FakePartner:
    """Partner at the boundary: one establishment on each of two pages, one grant."""

    def call(self, rpc: str, request: Any, *, timeout_s: float) -> Any:
        if rpc == "ListGrants":
            scope = f"partner:{SCHOOL}"
            return pb.ListGrantsResponse(
                grants=[pb.Grant(account_id=CASHIER, scope=scope, roles=["school", "manager"], version=4)]
            )
        is_first = not request.page_token
        partner_id = SCHOOL if is_first else str(uuid.UUID(int=1))
        listed = pb.Establishment(
            partner_id=partner_id, uai="0760001A", establishment_kind="mfr", region="28", version=3
        )
        return pb.ListEstablishmentsResponse(establishments=[listed], next_page_token="2" if is_first else "")


def operator(stage: Stage) -> Operator:
    return Operator(stage.parts, PartnerLists(FakePartner()), AUTHORITY)  # type: ignore[arg-type]


def test_a_rebuild_fills_what_is_missing_and_leaves_no_difference(stage: Stage) -> None:
    asked = operator(stage)
    missing = [each for name, model in READ_MODELS.items() for each in asked.differences(name, model)]

    rebuilt = {name: asked.rebuild(model) for name, model in READ_MODELS.items()}

    assert len(missing) == 3
    assert rebuilt == {"establishments": 2, "grants": 1}
    assert [each for name, model in READ_MODELS.items() for each in asked.differences(name, model)] == []


def test_a_rebuild_never_takes_back_what_an_event_told_since(stage: Stage) -> None:
    newer = {"partner_id": SCHOOL, "uai": "0760009Z", "establishment_kind": "mfr", "region": "28"}
    stage.hear("establishment_registered", newer, version=5)

    operator(stage).rebuild(READ_MODELS["establishments"])

    known = stage.work(views.known_establishments)
    assert known[SCHOOL] == ("0760009Z", "mfr", "28", 5)


def test_a_difference_names_the_row_and_both_sides(stage: Stage) -> None:
    stage.hear("grant_changed", {"account_id": CASHIER, "scope": "partner:x", "roles": ["school"]}, version=1)

    told = list(operator(stage).differences("grants", READ_MODELS["grants"]))

    assert f"grants {CASHIER} partner:x: partner has nothing, identity has (('school',), 1)" in told
    assert len(told) == 2


def test_events_that_come_in_another_order_leave_the_latest_word(stage: Stage) -> None:
    data = {"partner_id": SCHOOL, "uai": "0760001A", "establishment_kind": "lycee_public", "region": "28"}
    stage.hear("establishment_registered", data | {"establishment_kind": "cned"}, version=2)
    stage.hear("establishment_registered", data, version=1)

    assert stage.work(views.known_establishments)[SCHOOL] == ("0760001A", "cned", "28", 2)
