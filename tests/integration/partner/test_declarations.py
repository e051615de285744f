"""What a partner says of itself may be put right, until somebody decides or has decided on it."""

from __future__ import annotations

import pytest
from atouts.partner.v1 import organisations_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.partner.stage import Stage, declaration


def _change(stage: Stage, partner_id: str, **said: object) -> list[tuple[str, bool]]:
    declarations = [declaration(name, value) for name, value in said.items()]
    request = pb.ChangeDeclarationsRequest(partner_id=partner_id, declarations=declarations)
    changed = stage.call("ChangeDeclarations", request, stage.owner).partner
    return [(each.name, each.flag) for each in changed.declarations]


def test_a_declaration_that_was_forgotten_meets_its_condition_afterwards(stage: Stage) -> None:
    """An application under way is reviewed by what is declared now."""
    partner_id = stage.register(flags={}).partner_id
    before = stage.apply(partner_id, "cinema")
    assert [each.code for each in before.conditions if not each.met] == ["projection_main_activity"]

    assert _change(stage, partner_id, projection_main_activity=True) == [("projection_main_activity", True)]

    (after,) = stage.see(partner_id).accreditations
    assert [each.code for each in after.conditions if not each.met] == []


def test_what_a_submitted_application_stands_on_stays(stage: Stage) -> None:
    """Staff decide on what they read; what no condition of it names may change still."""
    partner = stage.register()
    stage.submitted(partner, "cinema")
    partner_id = partner.partner_id

    with pytest.raises(PeerRefused, match="declaration_in_use"):
        _change(stage, partner_id, projection_main_activity=False)
    with pytest.raises(PeerRefused, match="declaration_in_use"):
        _change(stage, partner_id, projection_main_activity=True, film_club=True)
    with pytest.raises(PeerRefused, match="declaration_in_use"):
        _change(stage, partner_id, projection_main_activity=True, activity="sport")

    kept = _change(stage, partner_id, projection_main_activity=True, is_ticketing=True)
    assert kept == [("is_ticketing", True), ("projection_main_activity", True)]


def test_what_is_not_the_partner_s_to_say_is_refused(stage: Stage) -> None:
    """Neither staff's facts nor words outside the vocabulary."""
    partner_id = stage.register().partner_id
    for name in ("region_exception", "accredited"):
        with pytest.raises(PeerRefused, match="declaration_refused"):
            _change(stage, partner_id, **{name: True})
