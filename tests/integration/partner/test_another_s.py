"""What is another partner's, asked for by its id under one's own name: unknown, and nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest
from atouts.partner.v1 import accreditations_pb2 as acc_pb
from atouts.partner.v1 import organisations_pb2 as pb

from chassis.context import AccountKind
from chassis.grpc_client import PeerRefused
from tests.integration.partner.stage import Person, Stage, siret


def test_a_partner_reaches_nothing_of_another_under_its_own_name(stage: Stage) -> None:
    """Its delegate may act for it: that opens no document, application or delegate of another."""
    theirs = stage.register()
    document = stage.upload(theirs.partner_id, "kbis")
    application = stage.apply(theirs.partner_id, "cinema")
    stranger = Person(AccountKind.PARTNER)
    mine = stage.register(stranger, siret=siret(2)).partner_id
    asked: dict[str, Any] = {
        "GetDocument": pb.GetDocumentRequest(partner_id=mine, document_id=document.document_id),
        "SubmitApplication": acc_pb.SubmitApplicationRequest(
            partner_id=mine, accreditation_id=application.accreditation_id
        ),
        "RemoveDelegate": pb.RemoveDelegateRequest(partner_id=mine, account_id=stage.owner.account_id),
    }

    for rpc, request in asked.items():
        with pytest.raises(PeerRefused) as refused:
            stage.call(rpc, request, stranger)
        assert refused.value.reason.endswith("_unknown"), rpc
    added = pb.AddDelegateRequest(partner_id=theirs.partner_id, account_id=stranger.account_id, roles=["principal"])
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("AddDelegate", added, stranger)

    assert stage.see(theirs.partner_id).partner_id == theirs.partner_id
