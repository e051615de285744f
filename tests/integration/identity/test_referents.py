"""Référents are known by their address to those who run the school, and to nobody else."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import accounts_pb2 as pb

from chassis.grpc_client import PeerRefused
from services.identity.domain.accounts import AccountKind
from tests.integration.identity.stage import Stage


def test_a_head_sees_who_acts_for_the_school(stage: Stage) -> None:
    """Each with address and roles; who was removed, or acts for another, is not among them."""
    school, other = stage.establishment(), stage.establishment("0140002B")
    head, first, gone = (stage.delegate(school, role) for role in ("principal", "school", "school"))
    stage.delegate(other, "school")
    stage.hear("grant_changed", {"account_id": gone.account_id, "scope": f"partner:{school}", "roles": []}, version=2)

    request = pb.ListDelegateAccountsRequest(partner_id=school)
    found = stage.call("ListDelegateAccounts", request, head.token).delegates

    assert {each.account_id: list(each.roles) for each in found} == {
        head.account_id: ["principal"],
        first.account_id: ["school"],
    }
    assert all(each.email.endswith("@exemple.fr") for each in found)


def test_a_head_finds_a_partner_account_by_its_address_in_any_case(stage: Stage) -> None:
    """With the roles that it has for this school: none for somebody new."""
    school = stage.establishment()
    head = stage.delegate(school, "principal")
    account_id = stage._account(AccountKind.PARTNER, "secretariat@exemple.fr")

    request = pb.FindDelegateAccountRequest(partner_id=school, email="Secretariat@Exemple.fr")
    found = stage.call("FindDelegateAccount", request, head.token).delegate

    assert (found.account_id, found.email, list(found.roles)) == (account_id, "secretariat@exemple.fr", [])


@pytest.mark.parametrize("email", ["lou@exemple.fr", "personne@exemple.fr"])
def test_a_young_person_s_account_is_unknown_as_one_that_does_not_exist(stage: Stage, email: str) -> None:
    """Nobody learns who has an account here."""
    stage.young("lou@exemple.fr")
    school = stage.establishment()
    head = stage.delegate(school, "principal")

    request = pb.FindDelegateAccountRequest(partner_id=school, email=email)
    with pytest.raises(PeerRefused, match="account_unknown"):
        stage.call("FindDelegateAccount", request, head.token)


def test_a_referent_names_nobody_and_another_school_s_head_neither(stage: Stage) -> None:
    """Only who runs this school sees its accounts."""
    school = stage.establishment()
    for stranger in (stage.delegate(school, "school"), stage.delegate(stage.establishment("0140002B"), "principal")):
        with pytest.raises(PeerRefused, match="not_allowed"):
            stage.call("ListDelegateAccounts", pb.ListDelegateAccountsRequest(partner_id=school), stranger.token)
