"""A young person's own pages: what they show, what they ask of the services, what they refuse."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from atouts.identity.v1 import cards_pb2, facts_pb2
from atouts.partner.v1 import organisations_pb2
from atouts.wallet.v1 import debits_pb2, memberships_pb2, movements_pb2, seasons_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from markupsafe import escape

from chassis.errors import Answer, Status
from gateway.web.questions import SAYABLE
from rulebooks import Catalogue, Rulebook
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PAYMENTS, Browser
from tests.integration.gateway_web.pictures import picture_of

_PROFILE = {
    "surname": "MARTIN",
    "given_names": "Léa Rose",
    "birth_date": "31/01/2008",
    "residence_postal_code": "14000",
    "study_status": "lyceen",
}
_SEARCH = "/mon-espace/profil/communes"


_CATALOGUE = Catalogue.load()
PASS_REGION = _CATALOGUE.get("auvergne-rhone-alpes", "pass-region", "2022-2023")
CULTURE = _CATALOGUE.get("normandie", "culture-sport", "2025-2026")


def _season(rulebook: Rulebook) -> seasons_pb2.Season:
    return seasons_pb2.Season(
        scheme=rulebook.scheme,
        season=rulebook.season,
        title=rulebook.title,
        rulebook_hash=rulebook.hash,
        open=True,
    )


def _at(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


@pytest.fixture
def young(browser: Browser, services: FakeServices) -> Browser:
    """Signed in, with one wallet of which something was spent."""
    browser.sign_in()
    services.answers["ListWallets"] = movements_pb2.ListWalletsResponse(
        wallets=[
            movements_pb2.Wallet(
                wallet_id="w1", scheme="culture-sport", season="2025-2026", benefit="cinema", title="Cinéma",
                category="cinema", credited_cents=2000, balance_cents=1250, spend_until="2026-06-30",
            )
        ]
    )  # fmt: skip
    services.answers["ShowCode"] = debits_pb2.ShowCodeResponse(
        code="ATOUTS:1:CODE-DU-MOMENT",
        valid_until=_at(datetime.now(UTC) + timedelta(seconds=20)),
        typed_code="ABCD-EFGH-JKLM",
    )
    return browser


def test_wallets_are_drawn_with_what_is_left_and_until_when(young: Browser) -> None:
    page = young.get("/mon-espace").text
    assert "12,50\u00a0€" in page
    assert "20,00\u00a0€" in page
    assert 'value="1250" max="2000"' in page
    assert "30 juin 2026" in page


def test_the_code_is_a_readable_qr_and_the_same_to_type(young: Browser) -> None:
    page = young.get("/mon-espace").text
    assert "ABCD-EFGH-JKLM" in page
    found = zxingcpp.read_barcode(picture_of(young.get("/mon-espace/code.svg").text))
    assert found is not None
    assert found.text == "ATOUTS:1:CODE-DU-MOMENT"


def test_without_script_the_page_loads_again_when_the_code_ends(young: Browser) -> None:
    """The delay is the platform's, never more than the code's own life."""
    page = young.get("/mon-espace").text
    assert '<noscript><meta http-equiv="refresh" content="2' in page


def test_a_code_is_asked_for_only_with_something_to_spend(browser: Browser, services: FakeServices) -> None:
    browser.sign_in()
    page = browser.get("/mon-espace").text
    assert "ShowCode" not in [call.rpc for call in services.calls]
    assert "Complète ton profil" in page


def test_a_name_with_markup_is_shown_as_text(young: Browser, services: FakeServices) -> None:
    """HTML in a title, a partner's name or a typed value is never markup."""
    evil = '<img src=x onerror=alert(1)>"'
    services.answers["ListMovements"] = movements_pb2.ListMovementsResponse(
        movements=[movements_pb2.Movement(kind="debit", amount_cents=-750, balance_after_cents=1250, partner_id="p1")]
    )
    services.answers["LookUpPartners"] = organisations_pb2.LookUpPartnersResponse(
        partners=[organisations_pb2.PublicPartner(partner_id="p1", public_name=evil, city="Caen")]
    )
    page = young.get("/mon-espace/historique").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "-7,50\u00a0€" in page
    answer = young.post("/mon-espace/profil", {**_PROFILE, "surname": evil, "birth_date": ""})
    assert "<img src=x" not in answer.text


def test_a_profile_is_declared_in_the_contract_s_words(young: Browser, services: FakeServices) -> None:
    """The day as the French write it, the given names apart."""
    response = young.post("/mon-espace/profil", _PROFILE)
    assert (response.status_code, response.headers["location"]) == (303, "/mon-espace/profil?fait=enregistre")
    sent = services.last.request.profile
    assert (sent.birth_date, list(sent.given_names)) == ("2008-01-31", ["Léa", "Rose"])
    assert "Ton profil est enregistré." in young.get("/mon-espace/profil?fait=enregistre").text


def test_each_fault_is_said_at_its_field_and_nothing_typed_is_lost(young: Browser, services: FakeServices) -> None:
    response = young.post("/mon-espace/profil", {**_PROFILE, "birth_date": "31/02/2008", "residence_postal_code": ""})
    assert response.status_code == 422
    assert '<a href="#birth_date">Une date s&#39;écrit comme 31/01/2008.</a>' in response.text
    assert '<a href="#residence_postal_code">Ce champ est à remplir.</a>' in response.text
    assert 'aria-invalid="true"' in response.text
    assert 'value="31/02/2008"' in response.text
    assert "<title>Erreur : " in response.text
    assert "DeclareProfile" not in [call.rpc for call in services.calls]


def test_a_service_s_refusal_is_said_at_its_field(young: Browser, services: FakeServices) -> None:
    services.answers["DeclareProfile"] = Answer(
        Status.INVALID_ARGUMENT, "commune_unknown", "Commune inconnue.", "Unknown.", "residence_commune"
    )
    response = young.post("/mon-espace/profil", _PROFILE)
    assert response.status_code == 400
    assert '<a href="#residence_commune">Commune inconnue.</a>' in response.text


def test_a_service_that_is_away_is_said_and_what_was_typed_stays(young: Browser, services: FakeServices) -> None:
    services.answers["DeclareProfile"] = Answer(Status.UNAVAILABLE, "unavailable", "Momentanément absent.", "Away.")
    response = young.post("/mon-espace/profil", _PROFILE)
    assert response.status_code == 503
    assert "Momentanément absent." in response.text
    assert 'value="Léa Rose"' in response.text


def _declared(young: Browser, services: FakeServices, **changes: str) -> facts_pb2.Profile:
    """What identity is told when the form is sent with these changes."""
    response = young.post("/mon-espace/profil", {**_PROFILE, **changes})
    assert response.status_code == 303, response.text
    sent: facts_pb2.Profile = services.last.request.profile
    return sent


def _known(services: FakeServices, residence: str, study: str = "") -> None:
    services.answers["GetProfile"] = facts_pb2.GetProfileResponse(
        profile=facts_pb2.Profile(residence_commune=residence, study_commune=study)
    )


def _options(page: str, name: str) -> dict[str, str]:
    """What a list of the page offers: words by value; nothing when there is no such list."""
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', found[0])) if found else {}


def _picked(page: str, name: str) -> list[str]:
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)" selected>', found[0]) if found else []


def test_the_only_commune_of_a_postal_code_is_chosen_by_itself(young: Browser, services: FakeServices) -> None:
    """Spaces within the code do not count; an arrondissement of Paris is Paris."""
    sent = _declared(young, services, residence_postal_code="14 000", study_postal_code="75013")
    assert (sent.residence_commune, sent.study_commune) == ("14118", "75056")


def test_a_commune_is_looked_for_and_picked_by_its_name(young: Browser, services: FakeServices) -> None:
    """The search keeps what was typed and declares nothing; no INSEE code is shown as words."""
    services.answers["GetProfile"] = facts_pb2.GetProfileResponse()
    assert _options(young.get("/mon-espace/profil").text, "residence_commune") == {}
    typed = {**_PROFILE, "birth_date": "", "residence_postal_code": "61100", "search": "residence_postal_code"}
    found = young.post(_SEARCH, typed)
    assert found.status_code == 200
    assert 'value="Léa Rose"' in found.text
    assert 'role="alert"' not in found.text
    offered = _options(found.text, "residence_commune")
    assert (offered[""], offered["61169"]) == ("Choisir…", "Flers")
    assert _picked(found.text, "residence_commune") == []
    assert _options(found.text, "study_commune") == {}
    assert "DeclareProfile" not in [call.rpc for call in services.calls]
    sent = _declared(young, services, residence_postal_code="61100", residence_commune="61169")
    assert (sent.residence_commune, sent.study_commune) == ("61169", "")


def test_a_commune_not_chosen_yet_is_asked_for_with_its_list(young: Browser, services: FakeServices) -> None:
    """So it is when the postal code changed after the choice: Caen is not in Flers's list."""
    for commune in ("", "14118"):
        asked = {**_PROFILE, "residence_postal_code": "61100", "residence_commune": commune}
        response = young.post("/mon-espace/profil", asked)
        assert response.status_code == 422
        assert '<a href="#residence_commune">La commune est à choisir dans la liste.</a>' in response.text
        assert _options(response.text, "residence_commune")["61169"] == "Flers"
    assert "DeclareProfile" not in [call.rpc for call in services.calls]


@pytest.mark.parametrize("path", ["/mon-espace/profil", _SEARCH])
@pytest.mark.parametrize("field", ["residence_postal_code", "study_postal_code"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1400", "Un code postal compte cinq chiffres, comme 14000."),
        ("Caen", "Un code postal compte cinq chiffres, comme 14000."),
        ("１４０００", "Un code postal compte cinq chiffres, comme 14000."),
        ("14999", "Aucune commune n&#39;a ce code postal : il faut celui de la commune, sans CEDEX."),
    ],
)
def test_a_bad_postal_code_is_said_at_its_field(
    young: Browser, services: FakeServices, path: str, field: str, typed: str, sentence: str
) -> None:
    """And nothing is said of the commune, which cannot be known yet."""
    response = young.post(path, {**_PROFILE, field: typed})
    assert response.status_code == 422
    assert f'<a href="#{field}">{sentence}</a>' in response.text
    assert response.text.count('<li><a href="#') == 1
    assert f'value="{typed}"' in response.text


def test_a_search_without_its_postal_code_is_refused_there(young: Browser) -> None:
    response = young.post(_SEARCH, {**_PROFILE, "search": "study_postal_code"})
    assert response.status_code == 422
    assert '<a href="#study_postal_code">Ce champ est à remplir.</a>' in response.text
    assert 'href="#residence_postal_code"' not in response.text


def test_a_declared_commune_is_shown_by_its_name(young: Browser, services: FakeServices) -> None:
    """With its postal code when it has one; which of several is the person's is not known, so none is shown."""
    _known(services, "14118", "76540")
    page = young.get("/mon-espace/profil").text
    assert 'id="residence_postal_code" name="residence_postal_code" type="text" value="14000"' in page
    assert _options(page, "residence_commune") == {"14118": "Caen"}
    assert 'id="study_postal_code" name="study_postal_code" type="text" value=""' in page
    assert _options(page, "study_commune") == {"": "Aucune", "76540": "Rouen"}
    assert _picked(page, "study_commune") == ["76540"]


def test_a_declared_commune_of_several_postal_codes_stays_until_another_is_chosen(
    young: Browser, services: FakeServices
) -> None:
    kept = _declared(young, services, residence_postal_code="", residence_commune="76540", study_commune="75056")
    assert (kept.residence_commune, kept.study_commune) == ("76540", "75056")
    moved = _declared(young, services, residence_postal_code="27000", residence_commune="76540", study_commune="")
    assert (moved.residence_commune, moved.study_commune) == ("27229", "")


def test_a_postal_code_wiped_out_takes_its_commune_away(young: Browser, services: FakeServices) -> None:
    """Somebody who studies no more empties the field; where one lives is always asked."""
    sent = _declared(young, services, study_postal_code="", study_commune="14118")
    assert sent.study_commune == ""
    response = young.post("/mon-espace/profil", {**_PROFILE, "residence_postal_code": "", "residence_commune": "14118"})
    assert '<a href="#residence_postal_code">Ce champ est à remplir.</a>' in response.text


def test_a_commune_that_is_no_more_is_asked_for_again(young: Browser, services: FakeServices) -> None:
    """Its code was declared before it was merged into another."""
    _known(services, "14999")
    page = young.get("/mon-espace/profil").text
    assert _options(page, "residence_commune") == {}
    assert 'id="residence_postal_code" name="residence_postal_code" type="text" value=""' in page


def test_the_enter_key_saves_a_profile_and_searches_nothing(young: Browser) -> None:
    """A browser presses the first button of the form."""
    page = young.get("/mon-espace/profil").text
    form = page[page.index('<form method="post" action="/mon-espace/profil"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first
    assert 'type="submit"' in first[0]
    assert "formaction" not in first[0]


def test_a_card_is_sent_as_it_is_and_only_when_one_is_awaited(young: Browser, services: FakeServices) -> None:
    """The bytes go to identity unchanged; while one is read, no form is shown."""
    services.answers["GetCardCheck"] = Answer(Status.NOT_FOUND, "check_unknown", "Aucune.", "None.")
    assert 'type="file"' in young.get("/mon-espace/identite").text
    picture = bytes(range(256)) * 4_000
    response = young.post("/mon-espace/identite", files={"image": ("carte.jpg", picture, "image/jpeg")})
    assert response.headers["location"] == "/mon-espace/identite?fait=envoyee"
    assert services.last.request.image == picture
    services.answers["GetCardCheck"] = cards_pb2.GetCardCheckResponse(
        check=cards_pb2.CardCheck(state=cards_pb2.CARD_CHECK_STATE_PENDING, position=2, expected_seconds=3)
    )
    page = young.get("/mon-espace/identite").text
    assert 'type="file"' not in page
    assert "2 cartes passent avant la tienne." in page
    assert "Réponse dans 3 secondes environ." in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_the_other_side_may_be_sent_beside(young: Browser, services: FakeServices) -> None:
    """Two files of one form; left empty, the second is not sent on."""
    front, back = ("recto.jpg", b"recto", "image/jpeg"), ("verso.jpg", b"verso", "image/jpeg")
    young.post("/mon-espace/identite", files={"image": front, "back": back})
    sent = services.last.request
    assert (sent.image, sent.back) == (b"recto", b"verso")
    young.post("/mon-espace/identite", files={"image": front, "back": ("", b"", "application/octet-stream")})
    assert services.last.request.back == b""


def test_the_other_side_that_is_refused_says_so_at_its_own_field(young: Browser, services: FakeServices) -> None:
    """The person sees which of the two to take again."""
    services.answers["SubmitCard"] = Answer(
        Status.INVALID_ARGUMENT, "too_dark", "La photo est trop sombre.", "Dark.", "back"
    )
    services.answers["GetCardCheck"] = Answer(Status.NOT_FOUND, "check_unknown", "Aucune.", "None.")
    files = {name: (f"{name}.jpg", b"octets", "image/jpeg") for name in ("image", "back")}
    page = young.post("/mon-espace/identite", files=files).text
    assert '<a href="#back">La photo est trop sombre.</a>' in page


@pytest.mark.parametrize(("may_submit", "is_asked"), [(True, True), (False, False)])
def test_a_card_is_asked_for_again_once_the_name_changed(
    young: Browser, services: FakeServices, may_submit: bool, is_asked: bool
) -> None:
    """An accepted card that no longer proves the declared name may be sent again, and the page says why."""
    check = cards_pb2.CardCheck(state=cards_pb2.CARD_CHECK_STATE_ACCEPTED)
    services.answers["GetCardCheck"] = cards_pb2.GetCardCheckResponse(check=check, may_submit=may_submit)
    page = young.get("/mon-espace/identite").text
    assert ("a changé depuis" in page) is is_asked
    assert ('type="file"' in page) is is_asked


def test_a_picture_past_the_limit_is_refused_before_it_is_kept(young: Browser, services: FakeServices) -> None:
    response = young.post("/mon-espace/identite", files={"image": ("carte.jpg", b"x" * (25 << 20), "image/jpeg")})
    assert response.status_code == 413
    assert "dépasse 10 Mo" in response.text
    assert "SubmitCard" not in [call.rpc for call in services.calls]


def test_one_picture_past_its_own_limit_is_refused_at_its_field(young: Browser, services: FakeServices) -> None:
    """Two may be sent; the limit is for each, and the page says the figure that identity refuses by."""
    services.answers["GetCardCheck"] = Answer(Status.NOT_FOUND, "check_unknown", "Aucune carte.", "No card.")
    response = young.post("/mon-espace/identite", files={"image": ("carte.jpg", b"x" * 10_000_001, "image/jpeg")})
    assert response.status_code == 422
    assert "Ce fichier dépasse 10 Mo" in response.text
    assert 'href="#image"' in response.text
    assert "SubmitCard" not in [call.rpc for call in services.calls]


def test_a_fee_leads_to_the_provider_s_page_and_forms_may_go_there(young: Browser, services: FakeServices) -> None:
    """The membership that awaits payment shows both means; the content policy names the provider and no other."""
    services.answers["ListSeasons"] = seasons_pb2.ListSeasonsResponse(seasons=[_season(CULTURE)])
    services.answers["ListMemberships"] = memberships_pb2.ListMembershipsResponse(
        memberships=[
            memberships_pb2.Membership(
                membership_id="m1", scheme="culture-sport", season="2025-2026", fee_cents=1000,
                state=memberships_pb2.MEMBERSHIP_STATE_AWAITING_PAYMENT, fee_state=memberships_pb2.FEE_STATE_DUE,
            )
        ]
    )  # fmt: skip
    services.answers["StartCardPayment"] = memberships_pb2.StartCardPaymentResponse(
        payment_id="x", checkout_url=f"{PAYMENTS}/checkouts/co_1"
    )
    page = young.get("/mon-espace/adhesions")
    assert "10,00\u00a0€" in page.text
    assert "Payer par chèque" in page.text
    assert f"form-action 'self' {PAYMENTS};" in page.headers["content-security-policy"]
    response = young.post("/mon-espace/adhesions/m1/carte")
    assert response.headers["location"] == f"{PAYMENTS}/checkouts/co_1"
    assert young.post("/mon-espace/adhesions/m1/cheque").headers["location"] == "/mon-espace/adhesions?fait=cheque"


def test_a_charter_is_shown_and_its_version_sent(young: Browser, services: FakeServices) -> None:
    """Its text and a box to tick; left out, the service's refusal is said at the box."""
    services.answers["ListSeasons"] = seasons_pb2.ListSeasonsResponse(seasons=[_season(PASS_REGION)])
    charter = PASS_REGION.beneficiary_charter
    assert charter is not None
    page = young.get("/mon-espace/adhesions").text
    assert f'name="charter_version" value="{charter.version}" required' in page
    assert "avoir un comportement responsable" in page
    asked = {"scheme": "pass-region", "season": "2022-2023", "uai": "0141234A", "level": "seconde", "track": "general"}
    young.post("/mon-espace/adhesions/etablissement", {**asked, "charter_version": charter.version})
    assert services.last.request.charter_version == charter.version
    services.answers["RequestMembership"] = Answer(
        Status.FAILED_PRECONDITION, "charter_not_accepted", "Acceptez la charte.", "Accept.", "charter_version"
    )
    refused = young.post("/mon-espace/adhesions/etablissement", asked).text
    assert '<a href="#charter_version">Acceptez la charte.</a>' in refused


def test_a_pupil_tells_their_school_what_the_rulebook_asks_of_it(young: Browser, services: FakeServices) -> None:
    """Beside class and track, only what this rulebook names."""
    services.answers["ListSeasons"] = seasons_pb2.ListSeasonsResponse(seasons=[_season(PASS_REGION)])
    page = young.get("/mon-espace/adhesions").text
    assert 'name="trade_family"' in page
    assert 'name="sex"' not in page
    asked = {"scheme": "pass-region", "season": "2022-2023", "uai": "0141234A", "level": "seconde", "track": "general"}
    young.post("/mon-espace/adhesions/etablissement", {**asked, "trade_family": "true"})
    (sent,) = [call.request for call in services.calls if call.rpc == "RequestEnrolment"]
    assert [(fact.name, fact.flag) for fact in sent.facts] == [("trade_family", True)]


def test_a_membership_says_what_a_parent_still_has_to_authorise(young: Browser, services: FakeServices) -> None:
    """The sentence of each consent that an entitlement waits for."""
    services.answers["ListSeasons"] = seasons_pb2.ListSeasonsResponse(seasons=[_season(CULTURE)])
    consent = CULTURE.consents[0]
    waiting = memberships_pb2.Entitlement(benefit=next(iter(consent.benefits)), amount_cents=1000, waits=[consent.code])
    services.answers["ListMemberships"] = memberships_pb2.ListMembershipsResponse(
        memberships=[
            memberships_pb2.Membership(
                membership_id="m1", scheme=CULTURE.scheme, season=CULTURE.season,
                state=memberships_pb2.MEMBERSHIP_STATE_ACTIVE, entitlements=[waiting],
            )
        ]
    )  # fmt: skip
    assert str(escape(consent.sentence)) in young.get("/mon-espace/adhesions").text


@pytest.mark.parametrize(
    ("rulebook", "asked"), [("pass-region", {"sex", "disability", "long_term_illness"}), ("culture-sport", set())]
)
def test_a_profile_asks_what_the_open_rulebooks_name(
    young: Browser, services: FakeServices, rulebook: str, asked: set[str]
) -> None:
    """What a school says for itself is not asked of the person; what is said comes back, and goes in its type."""
    known = {each.scheme: each for each in (PASS_REGION, CULTURE)}
    services.answers["ListSeasons"] = seasons_pb2.ListSeasonsResponse(seasons=[_season(known[rulebook])])
    services.answers["GetProfile"] = facts_pb2.GetProfileResponse(
        profile=facts_pb2.Profile(facts=[facts_pb2.Fact(name="disability", flag=True)])
    )
    page = young.get("/mon-espace/profil").text
    assert {name for name in SAYABLE if f'name="{name}"' in page} == asked
    assert _picked(page, "disability") == (["true"] if asked else [])
    sent = _declared(young, services, sex="F", disability="true")
    assert {fact.name: fact.text or fact.flag for fact in sent.facts} == {"sex": "F", "disability": True}


def test_a_school_s_scheme_asks_the_school_and_the_authority(young: Browser, services: FakeServices) -> None:
    """Whoever was stopped between the two starts again: what is done already stops nothing."""
    services.answers["RequestEnrolment"] = Answer(Status.ALREADY_EXISTS, "already_requested", "Déjà.", "Already.")
    asked = {
        "scheme": "livres-equipement", "season": "2025-2026", "uai": "0141234A", "level": "seconde", "track": "general",
    }  # fmt: skip
    response = young.post("/mon-espace/adhesions/etablissement", asked)
    assert response.headers["location"] == "/mon-espace/adhesions?fait=etablissement"
    assert [call.rpc for call in services.calls][-2:] == ["RequestEnrolment", "RequestMembership"]


def test_a_form_s_address_loaded_again_leads_to_its_page(young: Browser) -> None:
    response = young.get("/mon-espace/adhesions/m1/carte")
    assert (response.status_code, response.headers["location"]) == (303, "/mon-espace/adhesions")


def test_a_profile_not_declared_yet_is_an_empty_form(young: Browser, services: FakeServices) -> None:
    services.answers["GetProfile"] = facts_pb2.GetProfileResponse()
    assert 'name="surname" type="text" value=""' in young.get("/mon-espace/profil").text
