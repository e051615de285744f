"""The bar of staff's tabs: each role's own, as identity tells the roles."""

from __future__ import annotations

import re

import pytest
from atouts.identity.v1 import accounts_pb2 as pb
from atouts.wallet.v1 import corrections_pb2, memberships_pb2, movements_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

_NUMBER = "00000000-0000-4000-8000-000000000001"
_LIST = "/agents/adhesions"


def tabs(page: str) -> list[str]:
    """The words of the bar, in order."""
    bar = re.search(r'aria-label="Travail des agents">(.*?)</nav>', page, re.DOTALL)
    assert bar, page
    return re.findall(r">([^<>]+)</a>", bar[1])


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        (("moderation",), ["Bons plans", "Saisons", "Budgets"]),
        (
            ("payments",),
            [
                "Partenaires", "Saisons", "Budgets", "Remboursements", "Reversements", "Retenues", "IBAN",
                "Justificatifs", "Adhésions", "Corrections",
            ],
        ),
        ((), []),
    ],
)  # fmt: skip
def test_staff_see_the_tabs_of_their_own_roles(browser: Browser, roles: tuple[str, ...], shown: list[str]) -> None:
    """On the first page as on the others."""
    browser.sign_in(AccountKind.STAFF, roles=roles)
    assert tabs(browser.get("/agents").text) == shown


def test_two_roles_see_the_tabs_of_both(browser: Browser) -> None:
    """Each once, in the order of the bar."""
    browser.sign_in(AccountKind.STAFF, roles=("instruction", "moderation"))
    found = tabs(browser.get("/agents/saisons").text)
    assert found[0] == "Pièces d’identité"
    assert "Bons plans" in found
    assert len(found) == len(set(found))


def test_signing_in_brings_the_roles(browser: Browser, services: FakeServices) -> None:
    """As identity answers them with the session."""
    account = pb.Account(account_id=PERSON, kind=pb.ACCOUNT_KIND_STAFF, roles=["moderation"], second_factor=True)
    services.answers["SignIn"] = pb.SignInResponse(session=browser.tokens(AccountKind.STAFF), account=account)
    browser.post("/compte/connexion", {"email": "max@exemple.fr", "password": "une phrase assez longue"})
    assert tabs(browser.get("/agents").text) == ["Bons plans", "Saisons", "Budgets"]


def test_roles_that_changed_come_with_the_next_renewal(browser: Browser, services: FakeServices) -> None:
    """Where identity does not tell, the tabs stay as they were."""
    services.answers["RefreshSession"] = pb.RefreshSessionResponse(session=browser.tokens(AccountKind.STAFF))
    services.answers["GetAccount"] = pb.GetAccountResponse(account=pb.Account(roles=["moderation"]))
    browser.sign_in(AccountKind.STAFF, roles=("audit",), expires_in_s=5)
    assert tabs(browser.get("/agents").text) == ["Bons plans", "Saisons", "Budgets"]
    assert tabs(browser.get("/agents/saisons").text) == ["Bons plans", "Saisons", "Budgets"]
    services.answers["GetAccount"] = Answer(Status.UNAVAILABLE, "unavailable", "Plus tard.", "Later.")
    browser.refresh_token += "-2"
    browser.sign_in(AccountKind.STAFF, roles=("moderation",), expires_in_s=5)
    assert tabs(browser.get("/agents").text) == ["Bons plans", "Saisons", "Budgets"]


def test_a_membership_offers_what_the_roles_may_do(browser: Browser, services: FakeServices) -> None:
    """Administration suspends and proposes nothing; support the other way round; audit only reads."""
    wallet = movements_pb2.Wallet(wallet_id=_NUMBER, title="Cinéma", spend_until="2026-06-30")
    services.answers["ListMembershipWallets"] = corrections_pb2.ListMembershipWalletsResponse(wallets=[wallet])
    for role, proposes, suspends in (
        ("administration", False, True),
        ("support", True, False),
        ("audit", False, False),
    ):
        browser.sign_in(AccountKind.STAFF, roles=(role,))
        page = browser.get(f"{_LIST}/{_NUMBER}").text
        assert ("Proposer une correction" in page, "Suspendre" in page) == (proposes, suspends), role


def test_a_membership_is_found_by_the_address_of_the_account(browser: Browser, services: FakeServices) -> None:
    """The address goes to identity, and never into an address of ours."""
    browser.sign_in(AccountKind.STAFF)
    services.answers["FindPerson"] = pb.FindPersonResponse(person_id=_NUMBER)
    found = browser.post(_LIST, {"who": "lou@exemple.fr"})
    assert services.last.request.email == "lou@exemple.fr"
    assert found.headers["location"] == f"{_LIST}?numero={_NUMBER}"
    membership = memberships_pb2.Membership(membership_id="m1", person_id=_NUMBER)
    services.answers["SearchMemberships"] = memberships_pb2.SearchMembershipsResponse(memberships=[membership])
    assert f"{_LIST}/m1" in browser.get(found.headers["location"]).text
    assert services.last.request.person_id == _NUMBER


def test_a_number_is_a_person_s_or_a_membership_s(browser: Browser, services: FakeServices) -> None:
    """Asked as the one, then as the other."""
    browser.sign_in(AccountKind.STAFF)
    assert browser.post(_LIST, {"who": _NUMBER}).headers["location"] == f"{_LIST}?numero={_NUMBER}"
    assert "ni de ce numéro" in browser.get(f"{_LIST}?numero={_NUMBER}").text
    asked = [each.request for each in services.calls if each.rpc == "SearchMemberships"]
    assert [(each.person_id, each.membership_id) for each in asked] == [(_NUMBER, ""), ("", _NUMBER)]


def test_an_unknown_address_and_a_half_number_are_said_at_the_field(browser: Browser, services: FakeServices) -> None:
    browser.sign_in(AccountKind.STAFF)
    services.answers["FindPerson"] = Answer(Status.NOT_FOUND, "account_unknown", "Inconnu.", "Unknown.", "account_id")
    for who, sentence in (
        ("lou@exemple.fr", "Aucun compte de jeune n’a cette adresse."),
        ("0000-1", "Une adresse e-mail ou un numéro complet est attendu."),
    ):
        refused = browser.post(_LIST, {"who": who})
        assert refused.status_code == 422
        assert f'id="who-erreur">{sentence}' in refused.text
