"""How other services learn whom they write to."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from atouts.identity.v1 import accounts_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import AUTHORITY, Stage


def contacts(stage: Stage, *account_ids: str, service: str = "notification", authority: str = AUTHORITY) -> list[Any]:
    request = pb.LookUpContactsRequest(account_ids=account_ids)
    return list(stage.call("LookUpContacts", request, service=service, authority=authority).contacts)


def test_an_account_with_a_profile_has_an_address_a_first_given_name_and_a_surname(stage: Stage) -> None:
    lou = stage.young("lou@exemple.fr")
    stage.declare(lou, given_names=["Zoé", "Marie"])

    (contact,) = contacts(stage, lou.account_id)

    told = (contact.account_id, contact.email, contact.given_name, contact.surname)
    assert told == (lou.account_id, "lou@exemple.fr", "Zoé", "Dupecimen")


def test_an_account_without_a_profile_has_an_address_and_no_name(stage: Stage) -> None:
    account = stage.open_account("guichet@exemple.fr", pb.ACCOUNT_KIND_PARTNER)

    (contact,) = contacts(stage, account.account_id)

    assert (contact.email, contact.given_name, contact.surname) == ("guichet@exemple.fr", "", "")


def test_contacts_come_once_each_in_the_order_asked_for_and_unknown_accounts_are_left_out(stage: Stage) -> None:
    first, second = stage.young("un@exemple.fr"), stage.young("deux@exemple.fr")

    found = contacts(stage, second.account_id, str(uuid.uuid4()), first.account_id, second.account_id)

    assert [contact.email for contact in found] == ["deux@exemple.fr", "un@exemple.fr"]


def test_an_account_of_another_authority_is_unknown(stage: Stage) -> None:
    lou = stage.young("lou@exemple.fr")

    assert contacts(stage, lou.account_id, authority="elsewhere") == []


def test_bonplan_may_ask_while_somebody_acts_and_nobody_else_may(stage: Stage) -> None:
    lou, clerk = stage.young("lou@exemple.fr"), stage.delegate(str(uuid.uuid4()), "principal")
    request = pb.LookUpContactsRequest(account_ids=[lou.account_id])

    assert len(stage.call("LookUpContacts", request, clerk.token, service="bonplan").contacts) == 1
    for service in ("gateway", "wallet", "partner", "payout"):
        with pytest.raises(PeerRefused, match="not_allowed"):
            contacts(stage, lou.account_id, service=service)


@pytest.mark.parametrize("account_ids", [["not-an-id"], [str(uuid.uuid4())] * 1_001])
def test_a_malformed_id_or_more_than_a_thousand_is_refused_with_the_field(stage: Stage, account_ids: list[str]) -> None:
    with pytest.raises(PeerRefused) as refused:
        contacts(stage, *account_ids)

    assert (refused.value.reason, refused.value.field) == ("malformed", "account_ids")
