"""The staff's pages: queues, what stands side by side, decisions."""

from __future__ import annotations

import pytest
from atouts.bonplan.v1 import offers_pb2
from atouts.identity.v1 import cards_pb2
from atouts.partner.v1 import accreditations_pb2, organisations_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser
from tests.integration.gateway_web.partners import TERMS

_REVIEW = cards_pb2.CardCheckReview(
    check=cards_pb2.CardCheck(
        check_id="c1",
        state=cards_pb2.CARD_CHECK_STATE_PERSON,
        reasons=[cards_pb2.CardCheckReason(code="name_nearly_same", sentence="Presque le même nom.")],
    ),
    read={"surname": "FICTIVEAUU", "given_names": "ZOE", "birth_date": "2006-03-14", "expiry": "2033-01-01"},
    declared={"surname": "Fictiveau", "given_names": "Zoé", "birth_date": "2006-03-14"},
    person_version=7,
)
_NEAR, _SAME = cards_pb2.CARD_FIELD_LIKENESS_NEAR, cards_pb2.CARD_FIELD_LIKENESS_SAME
_WHOLE_REVIEW = cards_pb2.GetCardCheckReviewResponse(
    review=_REVIEW,
    compared=[
        cards_pb2.CardField(
            name="surname", declared="Fictiveau", read="FICTIVEAUU", printed="Fictivo", likeness=_NEAR,
            printed_likeness=cards_pb2.CARD_FIELD_LIKENESS_DIFFERENT,
        ),
        cards_pb2.CardField(name="given_names", declared="Zoé", read="ZOE", likeness=_SAME),
        cards_pb2.CardField(name="birth_date", declared="2006-03-14", read="2006-03-14", likeness=_SAME),
    ],
    standing=[cards_pb2.CardCheckReason(code="name_nearly_same", sentence="Presque le même nom.")],
    pictures=[
        cards_pb2.CardPicture(picture_id="p1", side=1, label="side"),
        cards_pb2.CardPicture(picture_id="p2", side=1, label="zone"),
    ],
    seals=[
        cards_pb2.CardSeal(
            kind="card_seal", status=cards_pb2.CARD_SEAL_STATUS_NOT_VERIFIED, says={"Nom": "FICTIVEAU"},
            finding="scheme_not_configured", sentence="Le cachet de la carte est lu mais pas vérifié.",
        )
    ],
    refusing_takes_two=False, may_accept=True, may_refuse=True,
    decisions=[
        cards_pb2.CardDecision(act=cards_pb2.CARD_DECISION_ACT_DECIDED, state=cards_pb2.CARD_CHECK_STATE_PERSON)
    ],
)  # fmt: skip
_ACCREDITATION = accreditations_pb2.Accreditation(
    accreditation_id="a1", partner_id="p1", scheme="culture-sport", season="2025-2026", category="cinema",
    conditions=[
        accreditations_pb2.Condition(sentence="Votre structure est en Normandie.", source="annexe", met=True),
        accreditations_pb2.Condition(sentence="La projection est votre activité.", source="§4.1", met=False),
    ],
    documents_missing=["rib"],
)  # fmt: skip
_PARTNER = organisations_pb2.Partner(
    partner_id="p1", public_name="<b>Cinéma</b> Imaginaire", kind=organisations_pb2.PARTNER_KIND_COMPANY,
    declarations=[organisations_pb2.Declaration(name="projection_main_activity", flag=False)],
    documents=[organisations_pb2.Document(document_id="doc1", kind="kbis", filename="kbis.pdf", size_bytes=2048)],
)  # fmt: skip
_OFFER = offers_pb2.Offer(offer_id="o1", text=offers_pb2.OfferText(title="Avant-première à < 10 €", prize="1 place"))
_NOT_THEIRS = Answer(Status.PERMISSION_DENIED, "not_allowed", "Non.", "No.")


@pytest.fixture
def staff(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    services.answers |= {
        "ListCardChecks": cards_pb2.ListCardChecksResponse(reviews=[_REVIEW]),
        "GetCardCheckReview": _WHOLE_REVIEW,
        "ListApplications": accreditations_pb2.ListApplicationsResponse(
            applications=[accreditations_pb2.Application(accreditation=_ACCREDITATION, public_name="Cinéma", siret="1")]
        ),
        "GetPartner": organisations_pb2.GetPartnerResponse(partner=_PARTNER),
        "ListOffersToModerate": offers_pb2.ListOffersToModerateResponse(offers=[_OFFER]),
        "ListPartnerTerms": TERMS,
    }
    return browser


def test_the_first_page_counts_what_waits_for_the_roles_that_one_has(staff: Browser, services: FakeServices) -> None:
    """A queue that is not the visitor's to decide is not shown."""
    services.answers["ListOffersToModerate"] = _NOT_THEIRS
    page = staff.get("/agents").text
    assert "Pièces d’identité" in page
    assert 'href="/agents/partenaires"' in page
    assert "à relire" not in page


def test_a_card_is_compared_with_what_was_declared(staff: Browser) -> None:
    """What differs is marked, what the machine doubted is said, the picture is beside."""
    page = staff.get("/agents/pieces/c1").text
    assert "<mark>U</mark>" in page
    assert "proches de ceux de la pièce, pas identiques." in page
    assert 'src="/agents/pieces/c1/image"' in page
    assert page.count("Proche, pas identique") == 1
    assert page.count("Identique") == 2
    assert "1er janvier 2033" in page
    assert 'name="person_version" value="7"' in page


def test_cut_outs_and_printed_names_stand_beside_what_was_read(staff: Browser) -> None:
    """What is printed otherwise than in the zone is said; cut-outs are fetched when they are looked at."""
    page = staff.get("/agents/pieces/c1").text
    assert "Fictivo <strong>(différent des chevrons)</strong>" in page
    assert 'loading="lazy" src="/agents/pieces/c1/image?photo=p2" alt="Lignes de chevrons, image 1"' in page


def test_a_seal_that_is_not_verified_is_never_shown_as_verified(staff: Browser) -> None:
    """It is read, what it says is shown, and the page says that it proves nothing."""
    page = staff.get("/agents/pieces/c1").text
    assert "Cachet de la carte : Lu, non vérifié" in page
    assert "ne compte ni pour ni contre la pièce" in page
    assert ": Vérifié" not in page


def test_a_decision_against_what_is_clear_is_proposed_and_the_page_says_so(
    staff: Browser, services: FakeServices
) -> None:
    """Before the click, the button says that it proposes; after it, that nothing changed yet."""
    services.answers["GetCardCheckReview"] = _changed(accepting_takes_two=True)
    services.answers["DecideCardCheck"] = cards_pb2.DecideCardCheckResponse(proposed=True)
    page = staff.get("/agents/pieces/c1").text
    assert "Proposer d’accepter" in page
    assert "Refuser la pièce" in page
    done = staff.post("/agents/pieces/c1", {"decision": "accepter", "reason": "Vue au guichet.", "person_version": "7"})
    assert done.headers["location"] == "/agents/pieces/c1?fait=propose"
    assert services.last.request.reason == "Vue au guichet."
    assert "rien ne change tant qu’un autre agent" in staff.get("/agents/pieces/c1?fait=propose").text


@pytest.mark.parametrize(("author", "confirms"), [("22222222-2222-4222-8222-222222222222", True), (PERSON, False)])
def test_only_another_person_is_offered_to_confirm(
    staff: Browser, services: FakeServices, author: str, confirms: bool
) -> None:
    """The author may put their proposal aside, and reads that somebody else must confirm."""
    proposal = cards_pb2.CardDecision(
        act=cards_pb2.CARD_DECISION_ACT_PROPOSED,
        state=cards_pb2.CARD_CHECK_STATE_ACCEPTED,
        decided_by=author,
        reasons=[
            cards_pb2.CardCheckReason(code="expired", sentence="Plus valable."),
            cards_pb2.CardCheckReason(code="decided_by_staff", sentence="Vue au guichet."),
        ],
    )
    waiting = _changed(may_accept=False, may_refuse=False)
    waiting.review.proposal.CopyFrom(proposal)
    services.answers["GetCardCheckReview"] = waiting
    page = staff.get("/agents/pieces/c1").text
    assert ('action="/agents/pieces/c1/confirmer"' in page) is confirms
    assert ("un autre agent doit la confirmer" in page) is not confirms
    assert 'action="/agents/pieces/c1/ecarter"' in page
    assert "Motif de l’agent : Vue au guichet." in page
    assert "Malgré : La pièce n’est plus valable." in page
    assert 'name="decision"' not in page


def test_a_second_person_confirms_or_puts_aside(staff: Browser, services: FakeServices) -> None:
    """Confirmed, the next that waits for a second person comes; put aside, the page stays."""
    confirmed = staff.post("/agents/pieces/c1/confirmer", {"person_version": "7"})
    assert confirmed.headers["location"] == "/agents/pieces/c1?fait=confirme"
    assert next(call.request for call in services.calls if call.rpc == "ConfirmCardDecision").person_version == 7
    asked = [call.request for call in services.calls if call.rpc == "ListCardChecks"]
    assert asked[-1].proposed
    assert staff.post("/agents/pieces/c1/ecarter").headers["location"] == "/agents/pieces/c1?fait=ecarte"
    assert services.last.rpc == "DeclineCardDecision"


@pytest.mark.parametrize(
    ("name", "state", "proposed"),
    [
        ("a-comparer", cards_pb2.CARD_CHECK_STATE_UNSPECIFIED, False),
        ("a-confirmer", cards_pb2.CARD_CHECK_STATE_UNSPECIFIED, True),
        ("refusees", cards_pb2.CARD_CHECK_STATE_REFUSED, False),
        ("acceptees", cards_pb2.CARD_CHECK_STATE_ACCEPTED, False),
    ],
)
def test_staff_choose_among_lists(
    staff: Browser, services: FakeServices, name: str, state: cards_pb2.CardCheckState, proposed: bool
) -> None:
    """What was decided is found again, and what waits for a second person."""
    assert staff.get(f"/agents/pieces?etat={name}").status_code == 200
    asked = services.last.request
    assert (asked.state, asked.proposed) == (state, proposed)


def _changed(**changes: bool) -> cards_pb2.GetCardCheckReviewResponse:
    changed = cards_pb2.GetCardCheckReviewResponse()
    changed.CopyFrom(_WHOLE_REVIEW)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed


def test_after_a_decision_comes_the_next_in_the_queue(staff: Browser, services: FakeServices) -> None:
    done = staff.post("/agents/pieces/c1", {"decision": "accepter", "reason": "sans objet", "person_version": "7"})
    assert done.headers["location"] == "/agents/pieces/c1?fait=accepte"
    sent = next(call.request for call in services.calls if call.rpc == "DecideCardCheck")
    assert (sent.accept, sent.reason, sent.person_version) == (
        True,
        "sans objet",
        7,
    )  # the service reads it where it matters
    services.answers["ListCardChecks"] = cards_pb2.ListCardChecksResponse()
    assert staff.post("/agents/pieces/c1", {"decision": "refuser", "reason": "Floue.", "person_version": "7"}).headers[
        "location"
    ] == ("/agents/pieces?fait=refuse")
    assert "Rien n’attend" in staff.get("/agents/pieces?fait=refuse").text


def test_a_decision_is_one_of_two_words(staff: Browser, services: FakeServices) -> None:
    """A form without a decision, or with another word, decides nothing."""
    for form in (
        {},
        {"decision": "peut-être"},
        {"decision": "accepter"},
        {"decision": "accepter", "person_version": "x"},
    ):
        assert staff.post("/agents/pieces/c1", form).status_code == 422
    assert not [call for call in services.calls if call.rpc == "DecideCardCheck"]


def test_a_card_that_was_decided_meanwhile_offers_no_decision(staff: Browser, services: FakeServices) -> None:
    """Its words stay to be read, and its images are gone."""
    decided = _changed(may_accept=False, may_refuse=False)
    decided.ClearField("pictures")
    services.answers["GetCardCheckReview"] = decided
    page = staff.get("/agents/pieces/autre").text
    assert 'name="decision"' not in page
    assert "Les images sont détruites" in page
    assert "la machine" in page


def test_pictures_and_documents_are_downloads_in_a_sandbox(staff: Browser, services: FakeServices) -> None:
    """What people sent is never a page of ours, whatever it holds."""
    services.answers["GetCardImage"] = cards_pb2.GetCardImageResponse(image=b"<script>", media_type="image/jpeg")
    services.answers["GetDocument"] = organisations_pb2.GetDocumentResponse(
        document=_PARTNER.documents[0], content=b"<script>", media_type="application/pdf"
    )
    for path in ("/agents/pieces/c1/image", "/agents/structures/p1/documents/doc1"):
        answer = staff.get(path)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_application_shows_conditions_declarations_and_documents(staff: Browser) -> None:
    """What is met and what is not, what is missing by its title, what to open; a name's markup is text."""
    page = staff.get("/agents/partenaires/a1").text
    for shown in ("remplie, annexe", "non remplie, §4.1", "Document manquant : RIB au nom de", "Charte non signée"):
        assert shown in page
    assert "kbis.pdf</a> <span class=\"quiet-text\">(Extrait Kbis de moins de 3 mois, " in page
    assert "<b>Cinéma</b>" not in page


def test_an_application_is_decided_with_its_reason(staff: Browser, services: FakeServices) -> None:
    done = staff.post("/agents/partenaires/a1", {"decision": "refuser", "reason": "Hors règlement."})
    assert done.headers["location"] == "/agents/partenaires?fait=refuse"
    sent = services.last.request
    assert (sent.accreditation_id, sent.accept, sent.reason) == ("a1", False, "Hors règlement.")


def test_an_application_is_accepted_despite_a_condition_with_the_reason_why(
    staff: Browser, services: FakeServices
) -> None:
    """The page asks for the reason where a condition is not met, and sends it when accepting."""
    page = staff.get("/agents/partenaires/a1").text
    assert "Motif de la décision" in page
    assert 'name="despite" value="1"' in page
    form = {"decision": "accepter", "despite": "1", "reason": "Seule salle à vingt kilomètres."}
    assert staff.post("/agents/partenaires/a1", form).headers["location"] == "/agents/partenaires?fait=accepte"
    sent = services.last.request
    assert (sent.accept, sent.reason) == (True, "Seule salle à vingt kilomètres.")


def test_a_condition_that_turned_meanwhile_is_said_at_the_reason(staff: Browser, services: FakeServices) -> None:
    """The service's refusal stands at the field, which the page now asks for."""
    services.answers["DecideAccreditation"] = Answer(
        Status.FAILED_PRECONDITION, "condition_unmet", "Écrivez le motif de votre dérogation.", "Unmet.", "reason"
    )
    refused = staff.post("/agents/partenaires/a1", {"decision": "accepter"})
    assert 'id="reason-erreur">Écrivez le motif de votre dérogation.' in refused.text


def test_where_all_conditions_are_met_only_a_refusal_says_why(staff: Browser, services: FakeServices) -> None:
    """What was typed for a refusal is not kept with an acceptance."""
    met = accreditations_pb2.Accreditation(accreditation_id="a1", partner_id="p1", conditions=_ACCREDITATION.conditions)
    for condition in met.conditions:
        condition.met = True
    services.answers["ListApplications"] = accreditations_pb2.ListApplicationsResponse(
        applications=[accreditations_pb2.Application(accreditation=met, public_name="Cinéma", siret="1")]
    )
    page = staff.get("/agents/partenaires/a1").text
    assert "Motif du refus" in page
    assert 'name="despite"' not in page
    staff.post("/agents/partenaires/a1", {"decision": "accepter", "reason": "Hors règlement."})
    assert services.last.request.reason == ""


def test_a_bon_plan_is_read_as_text_then_published(staff: Browser, services: FakeServices) -> None:
    assert "Avant-première à &lt; 10 €" in staff.get("/agents/bons-plans").text
    assert "Publier" in staff.get("/agents/bons-plans/o1").text
    assert staff.post("/agents/bons-plans/o1", {"decision": "accepter"}).status_code == 303
    sent = next(call.request for call in services.calls if call.rpc == "ModerateOffer")
    assert sent.accept is True


@pytest.mark.parametrize("path", ["/agents", "/agents/pieces", "/agents/pieces/c1/image", "/agents/bons-plans"])
def test_the_pages_of_staff_are_for_staff(browser: Browser, path: str) -> None:
    """Others are told, passers-by sign in."""
    assert browser.get(path).status_code == 303
    browser.sign_in(AccountKind.PARTNER)
    assert browser.get(path).status_code == 403
