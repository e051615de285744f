"""One's account, the links of mails, a forgotten password: drawn, sent on, refused at the right place."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import accounts_pb2
from atouts.identity.v1 import credentials_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from gateway.web.page import Access, Page
from gateway.web.pages import pages
from gateway.web.session import COOKIE
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

HERE, AWAY = "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11", "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e12"
TOKEN = "jeton-que-personne-ne-devine"
URI = "otpauth://totp/Atouts:lea%40exemple.fr?secret=JBSWY3DPEHPK3PXP&issuer=Atouts"
CODE_WRONG = Answer(Status.INVALID_ARGUMENT, "code_wrong", "Ce code n'est pas le bon.", "Wrong.", "second_factor_code")
LINK_UNUSABLE = Answer(Status.FAILED_PRECONDITION, "link_unusable", "Ce lien ne marche plus.", "No good.", "token")
SECOND = Answer(Status.UNAUTHENTICATED, "second_factor_required", "Saisissez le code.", "Code.", "second_factor_code")


def known(services: FakeServices, **account: object) -> None:
    """Identity knows this account and two sessions of it."""
    services.answers["GetAccount"] = accounts_pb2.GetAccountResponse(
        account=accounts_pb2.Account(account_id=PERSON, email="lea@exemple.fr", **account)  # type: ignore[arg-type]
    )
    sessions = [pb.OpenSession(session_id=HERE, current=True), pb.OpenSession(session_id=AWAY)]
    services.answers["ListSessions"] = pb.ListSessionsResponse(sessions=sessions)


@pytest.fixture
def signed_in(browser: Browser, services: FakeServices) -> Browser:
    known(services)
    browser.sign_in()
    return browser


@pytest.mark.parametrize("kind", [AccountKind.YOUNG, AccountKind.PARTNER, AccountKind.STAFF, AccountKind.GUARDIAN])
def test_everybody_sees_their_account(browser: Browser, services: FakeServices, kind: AccountKind) -> None:
    """Whether the address is confirmed, and where one is signed in: the session of the page has no button."""
    known(services)
    browser.sign_in(kind)
    page = browser.get("/compte").text
    assert "lea@exemple.fr" in page
    assert 'action="/compte/confirmation"' in page
    assert f'action="/compte/connexions/{AWAY}/fin"' in page
    assert f'action="/compte/connexions/{HERE}/fin"' not in page


def test_a_confirmed_address_has_nothing_to_confirm(signed_in: Browser, services: FakeServices) -> None:
    known(services, email_confirmed=True)
    assert 'action="/compte/confirmation"' not in signed_in.get("/compte").text


@pytest.mark.parametrize(
    ("path", "rpc"),
    [
        ("/compte/confirmation", "AskConfirmation"),
        (f"/compte/connexions/{AWAY}/fin", "EndSession"),
        ("/compte/connexions/autres", "EndOtherSessions"),
    ],
)
def test_buttons_of_the_account_ask_and_come_back(
    signed_in: Browser, services: FakeServices, path: str, rpc: str
) -> None:
    response = signed_in.post(path)
    assert (response.status_code, response.headers["location"].partition("?")[0]) == (303, "/compte")
    assert services.last.rpc == rpc


@pytest.mark.parametrize(
    ("path", "form", "rpc"),
    [
        ("/compte/adresse", {"email": "neuve@exemple.fr", "password": "secret"}, "AskEmailChange"),
        ("/compte/mot-de-passe", {"password": "secret", "new_password": "une phrase plus longue"}, "ChangePassword"),
        (
            "/compte/second-facteur/retrait",
            {"password": "secret", "second_factor_code": "123456"},
            "RemoveSecondFactor",
        ),
    ],
)
def test_forms_of_the_account_ask_and_come_back(
    signed_in: Browser, services: FakeServices, path: str, form: dict[str, str], rpc: str
) -> None:
    response = signed_in.post(path, form)
    assert (response.status_code, response.headers["location"].partition("?")[0]) == (303, "/compte")
    assert {field.name: value for field, value in services.last.request.ListFields()} == form
    assert services.last.rpc == rpc


def test_a_second_factor_is_shown_confirmed_and_its_codes_shown_once(
    signed_in: Browser, services: FakeServices
) -> None:
    """A mistyped code draws the same secret again; nothing else is drawn as one."""
    services.answers["BeginSecondFactor"] = pb.BeginSecondFactorResponse(second_factor_uri=URI)
    shown = signed_in.post("/compte/second-facteur", {"password": "secret"})
    assert "JBSWY3DPEHPK3PXP" in shown.text
    assert "<svg" in shown.text

    services.answers["ConfirmSecondFactor"] = CODE_WRONG
    again = signed_in.post("/compte/second-facteur/code", {"uri": URI, "second_factor_code": "000000"})
    assert again.status_code == 400
    assert "JBSWY3DPEHPK3PXP" in again.text
    assert "Ce code n&#39;est pas le bon." in again.text
    assert signed_in.get("/compte").status_code == 200  # a wrong code ends no session

    forged = signed_in.post("/compte/second-facteur/code", {"uri": "javascript:alert(1)", "second_factor_code": "0"})
    assert "<svg" not in forged.text

    services.answers["ConfirmSecondFactor"] = pb.ConfirmSecondFactorResponse(recovery_codes=["abcde-fghjk"])
    kept = signed_in.post("/compte/second-facteur/code", {"uri": URI, "second_factor_code": "123456"})
    assert "abcde-fghjk" in kept.text


def test_staff_are_not_offered_to_take_their_factor_off(browser: Browser, services: FakeServices) -> None:
    known(services, second_factor=True, kind=accounts_pb2.ACCOUNT_KIND_STAFF)
    browser.sign_in(AccountKind.STAFF)
    assert "/compte/second-facteur/retrait" not in browser.get("/compte/second-facteur").text
    known(services, second_factor=True, kind=accounts_pb2.ACCOUNT_KIND_YOUNG)
    assert "/compte/second-facteur/retrait" in browser.get("/compte/second-facteur").text


def test_a_forgotten_password_gets_one_answer(browser: Browser, services: FakeServices) -> None:
    response = browser.post("/compte/oubli", {"email": "lea@exemple.fr"})
    assert response.headers["location"] == "/compte/oubli?fait=envoye"
    assert services.last.request.email == "lea@exemple.fr"
    assert "Si un compte a cette adresse" in browser.get("/compte/oubli?fait=envoye").text


def test_recovery_asks_the_factor_where_there_is_one_and_leads_to_signing_in(
    signed_in: Browser, services: FakeServices
) -> None:
    """Whoever was signed in here is no more."""
    path, form = f"/compte/recuperation/{TOKEN}", {"password": "une phrase assez longue"}
    assert "second_factor_code" not in signed_in.get(path).text
    services.answers["RecoverAccount"] = SECOND
    assert 'name="second_factor_code"' in signed_in.post(path, form).text

    services.answers["RecoverAccount"] = pb.RecoverAccountResponse()
    response = signed_in.post(path, {**form, "second_factor_code": "123456"})
    assert response.headers["location"] == "/compte/connexion?fait=retrouve"
    assert services.last.request.token == TOKEN
    assert f'{COOKIE}=""' in response.headers["set-cookie"]


@pytest.mark.parametrize("path", [f"/compte/confirmation/{TOKEN}", f"/compte/retour/{TOKEN}"])
def test_a_link_is_followed_by_its_button_and_not_by_looking(
    browser: Browser, services: FakeServices, path: str
) -> None:
    """What opens the mails to look at them uses no link up; one that is over says so."""
    before = len(services.calls)
    assert browser.get(path).status_code == 200
    assert len(services.calls) == before

    assert browser.post(path).headers["location"].startswith("/compte/connexion?")
    assert (services.last.rpc, services.last.request.token) == ("FollowMailLink", TOKEN)

    services.answers["FollowMailLink"] = LINK_UNUSABLE
    refused = browser.post(path)
    assert "Ce lien ne marche plus." in refused.text


# Who sees what

_PAGES = [one for one in pages() if isinstance(one, Page)]
_KINDS = [kind for kind in AccountKind if kind.is_a_person]


def filled(path: str) -> str:
    return "/".join(HERE if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.path)
def test_a_page_is_drawn_for_no_other_kind_of_account_and_no_passer_by(
    browser: Browser, services: FakeServices, page: Page
) -> None:
    """Every page by every kind of account: refused before any service is asked in their name."""
    if page.access is Access.ANYBODY:
        return
    path = filled(page.path)
    assert browser.get(path).headers["location"].startswith("/compte/connexion?vers=")
    if page.access is Access.SIGNED_IN:
        return
    for kind in _KINDS:
        if kind is page.access.value:
            continue
        browser.sign_in(kind)
        before = len(services.calls)
        assert browser.get(path).status_code == 403, kind
        assert browser.post(path).status_code in (403, 405), kind
        assert len(services.calls) == before
