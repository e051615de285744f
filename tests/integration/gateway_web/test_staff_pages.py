"""The staff's pages: queues, what stands side by side, decisions."""

from __future__ import annotations

import pytest
from atouts.bonplan.v1 import offers_pb2
from atouts.identity.v1 import cards_pb2
from atouts.partner.v1 import accreditations_pb2, organisations_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_REVIEW = cards_pb2.CardCheckReview(
    check=cards_pb2.CardCheck(
        check_id="c1", reasons=[cards_pb2.CardCheckReason(code="name_nearly_same", sentence="Presque le même nom.")]
    ),
    read={"surname": "FICTIVEAUU", "given_names": "ZOE", "birth_date": "2006-03-14", "expiry": "2033-01-01"},
    declared={"surname": "Fictiveau", "given_names": "Zoé", "birth_date": "2006-03-14"},
)
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
        "ListApplications": accreditations_pb2.ListApplicationsResponse(
            applications=[accreditations_pb2.Application(accreditation=_ACCREDITATION, public_name="Cinéma", siret="1")]
        ),
        "GetPartner": organisations_pb2.GetPartnerResponse(partner=_PARTNER),
        "ListOffersToModerate": offers_pb2.ListOffersToModerateResponse(offers=[_OFFER]),
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
    assert "Presque le même nom." in page
    assert 'src="/agents/pieces/c1/image"' in page
    assert page.count("Différent") == 1
    assert "1er janvier 2033" in page


def test_after_a_decision_comes_the_next_in_the_queue(staff: Browser, services: FakeServices) -> None:
    done = staff.post("/agents/pieces/c1", {"decision": "accepter", "reason": "sans objet"})
    assert done.headers["location"] == "/agents/pieces/c1?fait=accepte"
    sent = next(call.request for call in services.calls if call.rpc == "DecideCardCheck")
    assert (sent.accept, sent.reason) == (True, "")
    services.answers["ListCardChecks"] = cards_pb2.ListCardChecksResponse()
    assert staff.post("/agents/pieces/c1", {"decision": "refuser", "reason": "Floue."}).headers["location"] == (
        "/agents/pieces?fait=refuse"
    )
    assert "Rien n’attend" in staff.get("/agents/pieces?fait=refuse").text


def test_a_decision_is_one_of_two_words(staff: Browser, services: FakeServices) -> None:
    """A form without a decision, or with another word, decides nothing."""
    for form in ({}, {"decision": "peut-être"}):
        assert staff.post("/agents/pieces/c1", form).status_code == 422
    assert not [call for call in services.calls if call.rpc == "DecideCardCheck"]


def test_a_card_that_was_decided_meanwhile_says_so(staff: Browser) -> None:
    answer = staff.get("/agents/pieces/autre")
    assert answer.status_code == 404
    assert "n&#39;attend plus de décision" in answer.text


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
    """What is met and what is not, what is missing, what to open; a name's markup is text."""
    page = staff.get("/agents/partenaires/a1").text
    for shown in ("remplie, annexe", "non remplie, §4.1", "Document manquant : rib", "kbis.pdf", "Charte non signée"):
        assert shown in page
    assert "<b>Cinéma</b>" not in page


def test_an_application_is_decided_with_its_reason(staff: Browser, services: FakeServices) -> None:
    done = staff.post("/agents/partenaires/a1", {"decision": "refuser", "reason": "Hors règlement."})
    assert done.headers["location"] == "/agents/partenaires?fait=refuse"
    sent = services.last.request
    assert (sent.accreditation_id, sent.accept, sent.reason) == ("a1", False, "Hors règlement.")


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
