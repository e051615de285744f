"""Deleting an account: the person's page says what stays and asks the password, staff's page needs two persons."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import erasures_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

_OWN = "/mon-espace/profil/suppression"
_LIST = "/agents/suppressions"
_ID = "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11"


def _listed(services: FakeServices, **values: object) -> None:
    erasure = pb.Erasure(erasure_id=_ID, person_id="p", **values)  # type: ignore[arg-type]  # fields by name
    services.answers["ListErasures"] = pb.ListErasuresResponse(erasures=[erasure])


def test_the_page_says_what_stays_and_until_when(browser: Browser) -> None:
    """The ledger and the card's mark, with the age that the authority says."""
    browser.sign_in()
    page = browser.get(_OWN).text
    for words in ("définitif", "argent public", "empreinte", "26 ans", "mot de passe"):
        assert words in page
    assert _OWN in browser.get("/mon-espace/profil").text


def test_whoever_deletes_their_account_is_signed_out(browser: Browser, services: FakeServices) -> None:
    """The password goes to identity, the cookie goes, and a page for anybody says what comes next."""
    browser.sign_in()
    answer = browser.post(_OWN, {"password": "correct horse battery"})
    assert answer.headers["location"] == "/compte/suppression"
    assert [call.request.password for call in services.calls if call.rpc == "RequestErasure"] == [
        "correct horse battery"
    ]
    assert browser.get(_OWN).status_code == 303
    assert "Ton compte est fermé" in browser.get("/compte/suppression").text


def test_a_wrong_password_deletes_nothing(browser: Browser, services: FakeServices) -> None:
    """The page comes back with the sentence at the field."""
    browser.sign_in()
    services.answers["RequestErasure"] = Answer(
        Status.PERMISSION_DENIED, "own_password_wrong", "Ce n'est pas ton mot de passe.", "Wrong.", "password"
    )
    answer = browser.post(_OWN, {"password": "another"})
    assert answer.status_code == 403
    assert "Ce n&#39;est pas ton mot de passe." in answer.text
    assert browser.get(_OWN).status_code == 200


def test_staff_see_what_holds_an_erasure_and_what_each_service_cleared(
    browser: Browser, services: FakeServices
) -> None:
    """Codes and numbers in words."""
    browser.sign_in(AccountKind.STAFF)
    _listed(
        services,
        state=pb.ERASURE_STATE_WAITING,
        holds=[pb.ErasureHold(code="payout_open", count=3)],
        answers=[pb.ErasureAnswer(service="wallet", rows=17)],
    )
    page = browser.get(_LIST).text
    for words in ("n’a pas encore reçu : 3", "Porte-monnaie", "17", "en attente de ce qui est en cours"):
        assert words in page
    assert "Confirmer la suppression" not in page


@pytest.mark.parametrize(("asked_by", "may_confirm"), [(PERSON, False), ("somebody-else", True)])
def test_who_asked_is_not_offered_to_confirm(
    browser: Browser, services: FakeServices, asked_by: str, may_confirm: bool
) -> None:
    """The button is there for another person."""
    browser.sign_in(AccountKind.STAFF)
    _listed(services, state=pb.ERASURE_STATE_REQUESTED, asked_by=asked_by)
    assert ("Confirmer la suppression" in browser.get(_LIST).text) is may_confirm


@pytest.mark.parametrize(
    ("path", "rpc", "done"),
    [("confirmer", "ConfirmErasure", "confirmee"), ("abandonner", "DropErasure", "abandonnee")],
)
def test_a_request_is_confirmed_or_dropped(
    browser: Browser, services: FakeServices, path: str, rpc: str, done: str
) -> None:
    """Each button makes its call for the request that it stands at."""
    browser.sign_in(AccountKind.STAFF)
    answer = browser.post(f"{_LIST}/{_ID}/{path}")
    assert answer.headers["location"] == f"{_LIST}?fait={done}"
    assert [call.request.erasure_id for call in services.calls if call.rpc == rpc] == [_ID]


def test_staff_ask_for_somebody_who_wrote(browser: Browser, services: FakeServices) -> None:
    """By the address of the account."""
    browser.sign_in(AccountKind.STAFF)
    answer = browser.post(_LIST, {"email": "lou@exemple.fr"})
    assert answer.headers["location"] == f"{_LIST}?fait=demandee"
    assert [call.request.email for call in services.calls if call.rpc == "AskErasure"] == ["lou@exemple.fr"]
