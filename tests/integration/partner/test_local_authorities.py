"""A local authority as a partner: from its registration to the category that only authorities take."""

from __future__ import annotations

from typing import Any

import pytest
from atouts.partner.v1 import accreditations_pb2 as pb
from atouts.partner.v1 import organisations_pb2 as org_pb

from chassis.grpc_client import PeerRefused
from tests.integration.partner.stage import CULTURE, Stage, siret

CATEGORY = "dispositif-local"


def agglomeration(**changes: Any) -> dict[str, Any]:
    """A made-up one, in the Orne."""
    address = org_pb.Address(street="41 rue des Essais", postal_code="61100", commune="61169", city="Flers")
    return {
        "siret": siret(5),
        "legal_name": "Communauté d'agglomération d'Exemple-sur-Vère",
        "public_name": "Exemple Agglo",
        "kind": org_pb.PARTNER_KIND_PUBLIC_BODY,
        "address": address,
        "flags": {"activity": "local_authority"},
        **changes,
    }


def test_a_local_authority_is_accredited_on_its_deliberation_and_bank_details(stage: Stage) -> None:
    """Règlement Culture & Sport 2025-2026, §4.1 and §4.2.1: a public body sends no Kbis and no identity card."""
    partner = stage.register(**agglomeration())
    draft = stage.apply(partner.partner_id, CATEGORY)
    assert list(draft.documents_missing) == ["deliberation", "rib"]
    assert {one.code: one.met for one in draft.conditions} == {"local_authority": True, "in_region": True}

    stage.upload(partner.partner_id, *draft.documents_missing)
    stage.sign(partner.partner_id)
    granted = stage.decide(stage.submit(draft), accept=True)

    assert granted.state == pb.ACCREDITATION_STATE_GRANTED
    (fact,) = stage.facts("accreditation_granted")
    assert (fact.data["scheme"], fact.data["category"]) == (CULTURE, CATEGORY)
    assert fact.data["activity"] == "local_authority"
    assert stage.directory(category=CATEGORY, city="flers") == ["Exemple Agglo"]


def test_its_account_is_in_its_own_name_and_is_paid_to_once_verified(stage: Stage) -> None:
    partner = stage.register(**agglomeration())
    stage.send_iban(partner.partner_id, holder="COMMUNAUTE D'AGGLOMERATION D'EXEMPLE SUR VERE")
    stage.verify_iban(partner.partner_id)
    assert len(stage.accounts_to_pay(partner.partner_id)) == 1


@pytest.mark.parametrize(
    ("changes", "unmet"),
    [
        ({"kind": org_pb.PARTNER_KIND_ASSOCIATION}, "local_authority"),
        ({"flags": {"activity": "sport"}}, "local_authority"),
        ({"flags": {}}, "local_authority"),
        ({"address": org_pb.Address(street="1 rue", postal_code="35000", commune="35238", city="Rennes")}, "in_region"),
    ],
)
def test_who_is_no_authority_of_the_region_does_not_get_the_category_unseen(
    stage: Stage, changes: dict[str, Any], unmet: str
) -> None:
    """Staff read the condition's sentence, and consent against it needs their reason."""
    partner = stage.register(**agglomeration(**changes))
    application = stage.submitted(partner, CATEGORY)
    assert [one.code for one in application.conditions if not one.met] == [unmet]
    with pytest.raises(PeerRefused, match="condition_unmet"):
        stage.decide(application, accept=True)
    assert not stage.facts("accreditation_granted")
