"""What leaves for other authorities: as its contract says, and nothing of ours in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import pytest

from embedded.rundir import ROOT
from services.notification.domain.memberships import MembershipState, OutwardEvent

OUTWARD = ROOT / "contracts" / "outward"
_EVENT = OutwardEvent(
    7, "normandie", "flers-agglo", "5f0d9d8e-3a52-4c53-9b53-1a2b3c4d5e6f", "culture-sport", "2025-2026",
    MembershipState.ACTIVE, datetime(2025, 9, 1, 8, tzinfo=UTC),
)  # fmt: skip


def _validator(state: MembershipState) -> jsonschema.Draft202012Validator:
    schema = json.loads((OUTWARD / f"membership_{state.fact}.v1.json").read_text(encoding="utf-8"))
    assert schema["title"] == f"fr.atouts.membership.{state.fact}.v1"
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("state", list(MembershipState))
def test_examples_that_should_pass_pass_and_those_that_should_fail_fail(state: MembershipState) -> None:
    """The contract refuses any field that it does not name: an internal id has no room."""
    shown = json.loads((OUTWARD / "examples" / f"membership_{state.fact}.v1.json").read_text(encoding="utf-8"))
    for event in shown["pass"]:
        _validator(state).validate(event)
    assert shown["fail"]
    assert not any(_validator(state).is_valid(event) for event in shown["fail"])


@pytest.mark.parametrize("state", list(MembershipState))
def test_an_event_is_what_its_contract_says(state: MembershipState) -> None:
    """The envelope as it is published."""
    _validator(state).validate(json.loads(json.dumps(replace(_EVENT, state=state).envelope())))


def test_an_event_has_one_id_however_often_it_is_published() -> None:
    """And another row, another state or another subscriber's id of the person gives another."""
    again = replace(_EVENT)
    assert again.event_id == _EVENT.event_id
    others = [
        replace(_EVENT, outward_id=8),
        replace(_EVENT, state=MembershipState.ENDED),
        replace(_EVENT, pairwise_id="6f0d9d8e-3a52-4c53-9b53-1a2b3c4d5e6f"),
    ]
    assert len({_EVENT.event_id, *(other.event_id for other in others)}) == 4
