"""Staff's page of PVC cards, and what a till is told of a holder and of a card that is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from atouts.partner.v1 import organisations_pb2
from atouts.wallet.v1 import card_batches_pb2, cards_pb2, debits_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser


def _at() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime(2025, 10, 4, 14, 3, tzinfo=UTC))
    return stamp


_BATCH = card_batches_pb2.CardBatch(batch_id="b1", title="Carte Imaginaire", cards=12, made_at=_at())
_PERSON = "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11"


@pytest.fixture
def staff(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    services.answers["ListCardBatches"] = card_batches_pb2.ListCardBatchesResponse(batches=[_BATCH])
    services.answers["ListCardOrders"] = card_batches_pb2.ListCardOrdersResponse(
        orders=[cards_pb2.CardOrder(order_id="o1")]
    )
    return browser


def test_the_page_lists_what_waits_and_the_batches(staff: Browser) -> None:
    """One that is not sent has its file and its button; only seasons with PVC cards are offered."""
    page = staff.get("/agents/cartes").text
    assert "1 commande à imprimer" in page
    assert "/agents/cartes/lots/b1/fichier" in page
    assert "atouts-loisirs/2017-2018" in page
    assert "culture-sport/2025-2026" not in page


def test_a_batch_is_made_once_downloaded_and_sent(staff: Browser, services: FakeServices) -> None:
    """The key of the form goes along; the file is handed on as the wallet made it."""
    done = staff.post("/agents/cartes/lots", {"idempotency_key": "cle-1", "season_of": "atouts-loisirs/2017-2018"})
    assert done.headers["location"] == "/agents/cartes?fait=exporte"
    asked = next(call.request for call in services.calls if call.rpc == "ExportCardOrders")
    assert (asked.idempotency_key, asked.scheme, asked.season) == ("cle-1", "atouts-loisirs", "2017-2018")
    services.answers["GetCardBatchFile"] = card_batches_pb2.GetCardBatchFileResponse(
        filename="cartes.zip", content=b"PK", media_type="application/zip"
    )
    file = staff.get("/agents/cartes/lots/b1/fichier")
    assert (file.content, file.headers["content-type"]) == (b"PK", "application/zip")
    assert staff.post("/agents/cartes/lots/b1/envoi").headers["location"] == "/agents/cartes?fait=envoye"


def test_cards_without_holders_are_counted_in_whole_numbers(staff: Browser, services: FakeServices) -> None:
    form = {"idempotency_key": "cle-1", "season_of": "atouts-loisirs/2017-2018", "count": "250"}
    assert staff.post("/agents/cartes/sans-titulaire", form).headers["location"] == "/agents/cartes?fait=exporte"
    assert next(call.request.count for call in services.calls if call.rpc == "MakeCards") == 250
    assert staff.post("/agents/cartes/sans-titulaire", {**form, "count": "2,5"}).status_code == 422


def test_staff_block_a_persons_cards(staff: Browser, services: FakeServices) -> None:
    """By the identifier that the person reads out."""
    card = cards_pb2.HeldCard(card_id="c1", form=cards_pb2.CARD_FORM_PVC, state=cards_pb2.CARD_STATE_ACTIVE)
    services.answers["ListPersonCards"] = card_batches_pb2.ListPersonCardsResponse(cards=[card])
    found = staff.get("/agents/cartes/jeunes", params={"person_id": _PERSON})
    assert found.headers["location"] == f"/agents/cartes/jeunes/{_PERSON}"
    assert "En plastique" in staff.get(f"/agents/cartes/jeunes/{_PERSON}").text
    done = staff.post(f"/agents/cartes/jeunes/{_PERSON}", {"reason": "volee"})
    assert done.headers["location"].endswith("fait=bloquee")
    asked = next(call.request for call in services.calls if call.rpc == "OpposePersonCards")
    assert (asked.person_id, asked.reason) == (_PERSON, cards_pb2.OPPOSITION_REASON_STOLEN)


@pytest.fixture
def till(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    partner = organisations_pb2.Partner(partner_id="p1", public_name="Cinéma Imaginaire")
    services.answers["ListMyPartners"] = organisations_pb2.ListMyPartnersResponse(partners=[partner])
    return browser


def test_the_till_says_why_a_card_is_refused(till: Browser, services: FakeServices) -> None:
    """In the wallet's own sentence, at the code."""
    services.answers["PresentCard"] = Answer(
        Status.FAILED_PRECONDITION, "card_replaced", "Cette carte a été remplacée.", "Replaced.", "code"
    )
    refused = till.post("/caisse/p1", {"code": "A2AAAA"})
    assert '<a href="#code">Cette carte a été remplacée.</a>' in refused.text


@pytest.mark.parametrize(
    ("seen", "said", "unsaid"),
    [
        (debits_pb2.ShowHolderResponse(given_name="Lou", surname="<b>Dupecimen", photo=b"jpeg"),
         ("Lou &lt;b&gt;Dupecimen", "data:image/jpeg;base64,anBlZw=="), "demandez une pièce"),
        (debits_pb2.ShowHolderResponse(given_name="Lou", surname="Dupecimen"),
         ("La photo manque : demandez une pièce d’identité.",), "data:image"),
        (Answer(Status.UNAVAILABLE, "unavailable", "Absent.", "Away."),
         ("ne peuvent pas être affichés : demandez une pièce d’identité.",), "data:image"),
    ],
)  # fmt: skip
def test_the_cashier_compares_the_holder_where_the_rulebook_asks(
    till: Browser, services: FakeServices, seen: Any, said: tuple[str, ...], unsaid: str
) -> None:
    """A name, a photo, or what to ask for instead; a payment is not stopped by a picture that is away."""
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(
        presentation_id=_PERSON, identity_shown=True, photo_shown=True
    )
    services.answers["ShowHolder"] = seen
    opened = till.post("/caisse/p1", {"code": "A2AAAA"})
    page = till.get(opened.headers["location"]).text
    for words in said:
        assert words in page
    assert unsaid not in page
    asked = next(call.request for call in services.calls if call.rpc == "ShowHolder")
    assert (asked.presentation_id, asked.device.startswith("page-")) == (_PERSON, True)


def test_where_nothing_is_compared_nothing_is_asked(till: Browser, services: FakeServices) -> None:
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(presentation_id=_PERSON)
    opened = till.post("/caisse/p1", {"code": "A2AAAA"})
    assert "Est-ce bien cette personne" not in till.get(opened.headers["location"]).text
    assert not [call for call in services.calls if call.rpc == "ShowHolder"]
