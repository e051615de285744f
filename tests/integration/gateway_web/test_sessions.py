"""A browser that signs in, stays signed in, and signs out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from atouts.identity.v1 import accounts_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from gateway.web.session import COOKIE
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

_WRONG = Answer(Status.UNAUTHENTICATED, "credentials_wrong", "L'adresse ou le mot de passe est incorrect.", "Wrong.")
_SECOND = Answer(
    Status.UNAUTHENTICATED, "second_factor_required", "Saisissez le code.", "Enter the code.", "second_factor_code"
)
_FORM = {"email": "lea.martin@exemple.fr", "password": "une phrase assez longue"}


def _signed_in(browser: Browser, kind: AccountKind = AccountKind.YOUNG) -> pb.SignInResponse:
    word = f"ACCOUNT_KIND_{kind.name}"
    return pb.SignInResponse(session=browser.tokens(kind), account=pb.Account(account_id=PERSON, kind=word))


def test_signing_in_leaves_one_sealed_cookie_that_no_script_reads(browser: Browser, services: FakeServices) -> None:
    """HttpOnly, SameSite, for the whole site; neither token can be read in it."""
    services.answers["SignIn"] = _signed_in(browser)
    response = browser.post("/compte/connexion", _FORM)
    assert (response.status_code, response.headers["location"]) == (303, "/mon-espace")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert all(attribute in cookie for attribute in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert browser.refresh_token not in cookie
    assert browser.access_token().split(".")[1] not in cookie


def test_a_wrong_password_draws_the_form_again_without_it(browser: Browser, services: FakeServices) -> None:
    """The sentence is at the top, the address stays, the password does not."""
    services.answers["SignIn"] = _WRONG
    response = browser.post("/compte/connexion", _FORM)
    assert response.status_code == 401
    assert "L&#39;adresse ou le mot de passe est incorrect." in response.text
    assert "lea.martin@exemple.fr" in response.text
    assert _FORM["password"] not in response.text


def test_the_second_factor_is_asked_where_there_is_one(browser: Browser, services: FakeServices) -> None:
    assert "second_factor_code" not in browser.get("/compte/connexion").text
    services.answers["SignIn"] = _SECOND
    response = browser.post("/compte/connexion", _FORM)
    assert 'name="second_factor_code"' in response.text


def test_whoever_must_sign_in_comes_back_where_they_were(browser: Browser, services: FakeServices) -> None:
    response = browser.get("/mon-espace/historique?wallet_id=w1")
    assert response.status_code == 303
    services.answers["SignIn"] = _signed_in(browser)
    response = browser.post(response.headers["location"], _FORM)
    assert response.headers["location"] == "/mon-espace/historique?wallet_id=w1"


def test_nobody_is_led_to_another_site(browser: Browser, services: FakeServices) -> None:
    """Only a path of ours is followed after sign-in."""
    services.answers["SignIn"] = _signed_in(browser)
    for elsewhere in ("https://exemple.org/", "//exemple.org", "/\\exemple.org", "javascript:alert(1)", "/a\tb"):
        browser.http.cookies.clear()
        response = browser.post("/compte/connexion", _FORM, params={"vers": elsewhere})
        assert response.headers["location"] == "/mon-espace", elsewhere


def test_a_session_about_to_end_is_renewed_once_for_all_its_requests(browser: Browser, services: FakeServices) -> None:
    """Eight requests leave together with one refresh token: it is used once, and all are served."""
    services.answers["RefreshSession"] = pb.RefreshSessionResponse(session=browser.tokens())
    browser.sign_in(expires_in_s=5)
    cookie = browser.http.cookies[COOKIE]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: browser.get("/mon-espace", headers={"Cookie": f"{COOKIE}={cookie}"}), range(8))
        )
    assert {one.status_code for one in answers} == {200}
    assert [call.rpc for call in services.calls].count("RefreshSession") == 1


def test_a_session_that_cannot_be_renewed_leads_to_sign_in(browser: Browser, services: FakeServices) -> None:
    services.answers["RefreshSession"] = Answer(Status.UNAUTHENTICATED, "session_ended", "Terminée.", "Ended.")
    browser.sign_in(expires_in_s=-5)
    response = browser.get("/mon-espace")
    assert response.headers["location"] == "/compte/connexion?vers=%2Fmon-espace"
    assert COOKIE not in browser.http.cookies


def test_a_cookie_that_was_changed_or_made_elsewhere_is_nobody(browser: Browser) -> None:
    browser.sign_in()
    good = browser.http.cookies[COOKIE]
    for bad in (good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), "x", "", good[4:]):
        browser.http.cookies.clear()
        assert browser.get("/mon-espace", headers={"Cookie": f"{COOKIE}={bad}"}).status_code == 303


def test_signing_out_revokes_and_forgets(browser: Browser, services: FakeServices) -> None:
    browser.sign_in()
    response = browser.post("/compte/deconnexion")
    assert services.last.rpc == "SignOut"
    assert services.last.request.refresh_token == browser.refresh_token
    assert response.headers["location"] == "/compte/connexion?fait=sorti"
    assert COOKIE not in browser.http.cookies


def test_a_page_of_others_says_so(browser: Browser) -> None:
    """A partner has no wallets: a page in French, not a hole."""
    browser.sign_in(AccountKind.PARTNER)
    response = browser.get("/mon-espace")
    assert response.status_code == 403
    assert "<h1>Accès refusé</h1>" in response.text
