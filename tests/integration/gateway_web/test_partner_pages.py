"""A partner's space: what is left to do, the file, the charter, and the application that they make."""

from __future__ import annotations

import pytest
from atouts.partner.v1 import accreditations_pb2, organisations_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser
from tests.integration.gateway_web.partners import LOGO, SCHEME, SEASON, TERMS, accreditation, mine, partner

_A = accreditations_pb2
_SPACE = "/espace-partenaire/p1"
_UNMET = _A.Condition(code="c", sentence="Il faut une licence.", source="§4", met=False)
_REGISTRATION = {
    "siret": "000 000 000 00000", "legal_name": "SARL Imaginaire", "public_name": "Salle Imaginaire",
    "kind": "company", "street": "1 rue des Exemples", "postal_code": "14000", "roles": "service",
}  # fmt: skip


@pytest.fixture
def secretary(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    services.answers |= {"ListMyPartners": mine(partner()), "ListPartnerTerms": TERMS}
    return browser


def sent(services: FakeServices, rpc: str) -> list[object]:
    return [call.request for call in services.calls if call.rpc == rpc]


def left_to_do(page: str) -> str:
    return page[page.index("Ce qu’il reste à faire") : page.index("Votre structure</h2>")]


def test_a_new_account_is_led_to_register_its_organisation(secretary: Browser, services: FakeServices) -> None:
    """Neither the till nor the space leaves who acts for nobody without a way on."""
    services.answers["ListMyPartners"] = mine()
    assert 'href="/espace-partenaire/inscription"' in secretary.get("/espace-partenaire?fait=bienvenue").text
    assert 'href="/espace-partenaire/inscription"' in secretary.get("/caisse").text


def test_with_one_partner_there_is_nothing_to_choose(secretary: Browser) -> None:
    """Straight to what is left to do."""
    assert secretary.get("/espace-partenaire").headers["location"] == _SPACE


def test_an_organisation_is_registered_by_what_people_know(secretary: Browser, services: FakeServices) -> None:
    """The commune is chosen by its postal code; its name and code are the platform's."""
    services.answers["RegisterPartner"] = organisations_pb2.RegisterPartnerResponse(partner=partner())
    done = secretary.post("/espace-partenaire/inscription", _REGISTRATION)
    assert done.headers["location"] == f"{_SPACE}?fait=inscrit"
    (request,) = sent(services, "RegisterPartner")
    assert request == organisations_pb2.RegisterPartnerRequest(
        siret="000 000 000 00000", legal_name="SARL Imaginaire", public_name="Salle Imaginaire",
        kind=organisations_pb2.PARTNER_KIND_COMPANY, roles=["service"],
        address=organisations_pb2.Address(
            street="1 rue des Exemples", postal_code="14000", commune="14118", city="Caen"
        ),
    )  # fmt: skip


def test_an_establishment_says_its_number_and_its_kind(secretary: Browser, services: FakeServices) -> None:
    """Its kind is declared with its registration; the service asks for it where it is missing."""
    services.answers["RegisterPartner"] = organisations_pb2.RegisterPartnerResponse(partner=partner())
    school = {"roles": "establishment", "uai": "0760090k", "establishment_kind": "lycee_public"}
    secretary.post("/espace-partenaire/inscription", {**_REGISTRATION, **school})
    (request,) = sent(services, "RegisterPartner")
    assert (request.uai, list(request.roles)) == ("0760090K", ["establishment"])  # type: ignore[attr-defined]  # of that RPC
    kind = organisations_pb2.Declaration(name="establishment_kind", text="lycee_public")
    assert list(request.declarations) == [kind]  # type: ignore[attr-defined]  # of that RPC


def test_a_refused_registration_keeps_what_was_typed(secretary: Browser, services: FakeServices) -> None:
    """The service's sentence stands at its field."""
    services.answers["RegisterPartner"] = Answer(
        Status.INVALID_ARGUMENT, "siret_invalid", "Ce SIRET n'est pas valide.", "Not valid.", "siret"
    )
    refused = secretary.post("/espace-partenaire/inscription", _REGISTRATION)
    assert refused.status_code == 400
    assert 'href="#siret">Ce SIRET n&#39;est pas valide.' in refused.text
    assert 'value="1 rue des Exemples"' in refused.text
    assert 'value="service" checked' in refused.text


def test_communes_of_a_postal_code_are_offered_and_nothing_is_sent(secretary: Browser, services: FakeServices) -> None:
    """The rest of the form comes back as it was."""
    found = secretary.post("/espace-partenaire/inscription/communes", {**_REGISTRATION, "postal_code": "76000"})
    assert ">Rouen</option>" in found.text
    assert 'value="company" required checked' in found.text
    assert sent(services, "RegisterPartner") == []


def test_what_is_left_to_do_is_one_list_in_its_order(secretary: Browser, services: FakeServices) -> None:
    """Documents by their titles, declarations, the charter, the IBAN; each leads to where it is done."""
    draft = accreditation(missing=("kbis",), signed=False, conditions=[_UNMET])
    known = partner(draft, iban_state=organisations_pb2.IBAN_STATE_MISSING, iban_tail="")
    services.answers["ListMyPartners"] = mine(known)
    shown = left_to_do(secretary.get(_SPACE).text)
    ways = ("/pieces?kind=kbis", "/declarations", f"/charte/{SCHEME}/{SEASON}", "/iban")
    places = [shown.index(f'href="{_SPACE}{way}"') for way in ways]
    assert places == sorted(places)
    assert "Envoyer la pièce : Extrait Kbis de moins de 3 mois" in shown
    assert "Lire et signer la charte : Dispositif Imaginaire" in shown


def test_who_may_not_sign_is_told_who_may(secretary: Browser, services: FakeServices) -> None:
    """A manager does all but sign."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(signed=False), roles=("manager",)))
    assert "seul le délégué principal peut la signer" in left_to_do(secretary.get(_SPACE).text)
    charter = secretary.get(f"{_SPACE}/charte/{SCHEME}/{SEASON}").text
    assert "Signer la charte</button>" not in charter


def test_without_an_application_one_is_begun_first(secretary: Browser) -> None:
    """Documents depend on what is asked for."""
    assert "Choisir pour quoi vous demandez un agrément" in left_to_do(secretary.get(_SPACE).text)
    assert "Les pièces dépendent de ce que vous demandez." in secretary.get(f"{_SPACE}/pieces").text


def test_categories_are_offered_by_their_titles_and_the_partner_s_roles(
    secretary: Browser, services: FakeServices
) -> None:
    """What it did not register for is not offered; applying leads to the application."""
    page = secretary.get(f"{_SPACE}/demandes").text
    assert '<option value="salles">Salles imaginaires</option>' in page
    assert "Relais imaginaires" not in page
    services.answers["ApplyForAccreditation"] = _A.ApplyForAccreditationResponse(accreditation=accreditation())
    begun = secretary.post(f"{_SPACE}/demandes", {"scheme": SCHEME, "season": SEASON, "category": "salles"})
    assert begun.headers["location"] == f"{_SPACE}/demandes/a1?fait=commence"


def test_what_is_under_way_is_not_offered_again(secretary: Browser, services: FakeServices) -> None:
    """Nor what was granted."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(_A.ACCREDITATION_STATE_GRANTED)))
    page = secretary.get(f"{_SPACE}/demandes").text
    assert "Dispositif Imaginaire : Salles imaginaires" in page
    assert "<option" not in page


def test_a_document_is_sent_under_what_it_proves(secretary: Browser, services: FakeServices) -> None:
    """Its name on somebody's computer goes no further."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(missing=("rib",))))
    assert '<option value="rib" selected>' in secretary.get(f"{_SPACE}/pieces").text
    done = secretary.post(f"{_SPACE}/pieces", {"kind": "kbis"}, files={"content": ("secret.pdf", b"%PDF-1.4")})
    assert done.headers["location"] == f"{_SPACE}/pieces?fait=envoye"
    (request,) = sent(services, "UploadDocument")
    assert request == organisations_pb2.UploadDocumentRequest(
        partner_id="p1", kind="kbis", filename="kbis.pdf", content=b"%PDF-1.4"
    )


def test_a_document_too_large_is_refused_with_the_figure_that_the_page_announces(
    secretary: Browser, services: FakeServices
) -> None:
    """Nothing of it goes further."""
    services.answers["ListMyPartners"] = mine(partner(accreditation()))
    assert "10 Mo au plus" in secretary.get(f"{_SPACE}/pieces").text
    large = {"content": ("kbis.pdf", b"%PDF" + bytes(10_000_000))}
    refused = secretary.post(f"{_SPACE}/pieces", {"kind": "kbis"}, files=large)
    assert (refused.status_code, "Ce fichier dépasse 10 Mo" in refused.text) == (422, True)
    assert sent(services, "UploadDocument") == []


def test_the_charter_is_signed_in_the_version_that_was_shown(secretary: Browser, services: FakeServices) -> None:
    """Its text is on the page, as text; the version of the form goes to the service, which refuses another."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(signed=False)))
    path = f"{_SPACE}/charte/{SCHEME}/{SEASON}"
    page = secretary.get(path).text
    assert "Le partenaire s&#39;engage." in page
    assert "Il accueille &lt; les jeunes &gt;." in page
    assert 'name="charter_version" value="v7"' in page
    done = secretary.post(path, {"charter_version": "v7", "sworn": "oui"})
    assert done.headers["location"] == f"{_SPACE}?fait=signe"
    (request,) = sent(services, "SignCharter")
    assert request == _A.SignCharterRequest(
        partner_id="p1", scheme=SCHEME, season=SEASON, charter_version="v7", sworn=True
    )


def test_a_charter_that_changed_meanwhile_is_shown_before_it_is_signed(
    secretary: Browser, services: FakeServices
) -> None:
    """The form that comes back holds the version in force, not the one that was refused."""
    services.answers["SignCharter"] = Answer(
        Status.FAILED_PRECONDITION, "charter_outdated", "La charte a changé : relisez.", "Changed.", "charter_version"
    )
    services.answers["ListMyPartners"] = mine(partner(accreditation(signed=False)))
    refused = secretary.post(f"{_SPACE}/charte/{SCHEME}/{SEASON}", {"charter_version": "v6", "sworn": "oui"})
    assert (refused.status_code, "La charte a changé : relisez." in refused.text) == (422, True)
    assert 'name="charter_version" value="v7"' in refused.text


def test_an_application_is_submitted_once_nothing_is_missing(secretary: Browser, services: FakeServices) -> None:
    """The button is there when the service would take it."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(missing=("rib",), conditions=[_UNMET])))
    page = secretary.get(f"{_SPACE}/demandes/a1").text
    assert "Pièce manquante : " in page
    assert "Il faut une licence." in page
    assert "Déposer la demande</button>" not in page
    services.answers["ListMyPartners"] = mine(partner(accreditation()))
    assert "Déposer la demande</button>" in secretary.get(f"{_SPACE}/demandes/a1").text
    assert secretary.post(f"{_SPACE}/demandes/a1/depot").headers["location"] == f"{_SPACE}?fait=depose"


def test_a_decision_is_read_where_it_was_asked_for(secretary: Browser, services: FakeServices) -> None:
    """Granted, or refused with the authority's own words and the way to apply anew."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(_A.ACCREDITATION_STATE_GRANTED)))
    assert "Vous pouvez encaisser" in secretary.get(f"{_SPACE}/demandes/a1").text
    assert "vous n’avez plus rien à envoyer" in left_to_do(secretary.get(_SPACE).text)
    refused = accreditation(_A.ACCREDITATION_STATE_REFUSED, reason="Hors du territoire.")
    services.answers["ListMyPartners"] = mine(partner(refused))
    page = secretary.get(f"{_SPACE}/demandes/a1").text
    assert "Hors du territoire." in page
    assert "Faire une nouvelle demande" in page


def test_an_agreement_that_ended_is_renewed_by_signing_the_next_one(secretary: Browser, services: FakeServices) -> None:
    """The next season's charter is the one to sign: not the one that was signed, nor one that ended too."""
    told = type(TERMS)()
    told.CopyFrom(TERMS)
    for season, until in (("2026-2027", "2099-06-30"), ("2024-2025", "2025-06-30")):
        later = told.terms.add()
        later.CopyFrom(TERMS.terms[0])
        later.season, later.charter.agreement_until = season, until
    services.answers["ListPartnerTerms"] = told
    ended = accreditation(
        _A.ACCREDITATION_STATE_WITHDRAWN, agreement_until="2026-06-30", reason="Votre convention a pris fin."
    )
    services.answers["ListMyPartners"] = mine(partner(ended))
    shown = left_to_do(secretary.get(_SPACE).text)
    assert f'href="{_SPACE}/charte/{SCHEME}/2026-2027"' in shown
    assert shown.count("/charte/") == 1
    assert "Choisir pour quoi" not in shown


def test_what_the_authority_does_meanwhile_is_told(secretary: Browser, services: FakeServices) -> None:
    """Nothing is left to do, and the page says who does what."""
    known = partner(accreditation(_A.ACCREDITATION_STATE_SUBMITTED), iban_state=organisations_pb2.IBAN_STATE_SUBMITTED)
    services.answers["ListMyPartners"] = mine(known)
    page = secretary.get(_SPACE).text
    assert "Un agent étudie votre demande : Dispositif Imaginaire : Salles imaginaires." in page
    assert "Un agent vérifie l’IBAN qui finit par 0185." in page


def test_declarations_are_asked_for_what_is_applied_for(secretary: Browser, services: FakeServices) -> None:
    """Of each shape, by French words; what the page does not ask stays as it was declared."""
    kept = organisations_pb2.Declaration(name="establishment_kind", text="lycee_public")
    services.answers["ListMyPartners"] = mine(partner(accreditation(conditions=[_UNMET]), declarations=[kept]))
    page = secretary.get(f"{_SPACE}/declarations").text
    assert "Il faut une licence." in page
    assert ">librairie</option>" in page
    assert "Film_club" not in page
    typed = {"activity": "bookshop", "has_show_licence": "oui", "years_existing": "4", "trainings": ["psc1", "bafa"]}
    done = secretary.post(f"{_SPACE}/declarations", typed)  # type: ignore[arg-type]  # httpx sends a list as several
    assert done.headers["location"] == f"{_SPACE}?fait=declare"
    (request,) = sent(services, "ChangeDeclarations")
    assert list(request.declarations) == [  # type: ignore[attr-defined]  # of that RPC
        kept,
        organisations_pb2.Declaration(name="activity", text="bookshop"),
        organisations_pb2.Declaration(name="has_show_licence", flag=True),
        organisations_pb2.Declaration(name="trainings", texts=organisations_pb2.Texts(values=["psc1", "bafa"])),
        organisations_pb2.Declaration(name="years_existing", number=4),
    ]


def test_what_an_application_stands_on_is_shown_and_not_asked(secretary: Browser, services: FakeServices) -> None:
    """Submitted or granted: the service would refuse."""
    said = organisations_pb2.Declaration(name="has_show_licence", flag=True)
    known = partner(accreditation(_A.ACCREDITATION_STATE_SUBMITTED), declarations=[said])
    services.answers["ListMyPartners"] = mine(known)
    page = secretary.get(f"{_SPACE}/declarations").text
    assert "Ce qui ne change plus ici" in page
    assert 'name="has_show_licence"' not in page


def test_the_iban_is_given_in_the_organisation_s_name(secretary: Browser, services: FakeServices) -> None:
    """The holder is filled in; of a number that was given, its end alone is shown."""
    page = secretary.get(f"{_SPACE}/iban").text
    assert 'value="SARL Imaginaire"' in page
    assert "il finit par 0185" in page
    form = {"iban": "FR76 3000 1007 9412 3456 7890 185", "holder": "SARL Imaginaire"}
    assert secretary.post(f"{_SPACE}/iban", form).headers["location"] == f"{_SPACE}/iban?fait=envoye"
    (request,) = sent(services, "SubmitIban")
    assert request == organisations_pb2.SubmitIbanRequest(partner_id="p1", **form)


def test_a_refused_iban_says_why(secretary: Browser, services: FakeServices) -> None:
    """What staff wrote reaches who can mend it."""
    refused = partner(iban_state=organisations_pb2.IBAN_STATE_REFUSED, iban_reason="Le RIB est au nom d’un autre.")
    services.answers["ListMyPartners"] = mine(refused)
    assert "Donner un autre IBAN" in left_to_do(secretary.get(_SPACE).text)
    assert "Le RIB est au nom d’un autre." in secretary.get(f"{_SPACE}/iban").text


@pytest.mark.parametrize("part", ["pieces", "iban", "demandes", "declarations", "delegues", "bons-plans"])
def test_a_cashier_sees_what_is_theirs_and_is_told_whom_to_ask(
    secretary: Browser, services: FakeServices, part: str
) -> None:
    """No form that the service would refuse."""
    services.answers["ListMyPartners"] = mine(partner(accreditation(), roles=("cashier",)))
    home = secretary.get(_SPACE).text
    assert f'href="{_SPACE}/{part}"' not in home
    assert f'href="{_SPACE}/versements"' in home
    assert secretary.get(f"{_SPACE}/{part}").status_code == 403


def test_the_space_of_another_is_nobody_else_s(secretary: Browser) -> None:
    """Whoever does not act for a partner learns nothing of it."""
    assert secretary.get("/espace-partenaire/p2").status_code == 404


def test_a_proof_that_a_payout_waits_for_is_a_task_until_it_is_sent(secretary: Browser, services: FakeServices) -> None:
    """It is sent as a document of its kind, or declared where the rulebook lets one."""
    asking = type(TERMS)()
    asking.CopyFrom(TERMS)
    asking.terms[0].proofs.append(LOGO)
    services.answers["ListPartnerTerms"] = asking
    services.answers["ListMyPartners"] = mine(partner(accreditation(_A.ACCREDITATION_STATE_GRANTED)))
    services.answers["UploadDocument"] = organisations_pb2.UploadDocumentResponse(
        document=organisations_pb2.Document(document_id="d1")
    )
    path = f"{_SPACE}/justificatifs/{SCHEME}/{SEASON}/logo"
    assert f'href="{path}"' in left_to_do(secretary.get(_SPACE).text)
    assert "Je ne vends rien." in secretary.get(path).text

    secretary.post(path, files={"content": ("logo.png", b"\x89PNG")})
    secretary.post(f"{path}/declaration")

    first, second = sent(services, "SubmitPayoutProof")
    assert (first.document_id, first.not_concerned) == ("d1", False)  # type: ignore[attr-defined]  # of that RPC
    assert (second.document_id, second.not_concerned) == ("", True)  # type: ignore[attr-defined]  # of that RPC
