"""Pages of rights without cents, top-ups, and what can be spent at one partner."""

from __future__ import annotations

import pytest
from atouts.partner.v1 import accreditations_pb2, organisations_pb2
from atouts.wallet.v1 import access_uses_pb2, debits_pb2, movements_pb2, spendable_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_AT = Timestamp(seconds=1_756_886_400)
_RIGHT = {"scheme": "dispositif", "season": "2025-2026"}
_VISITS = access_uses_pb2.Access(
    **_RIGHT, benefit="visites", title="Visites", limit=2, limit_per="week", uses_left=1, use_until="2026-06-30"
)
_FREE = access_uses_pb2.Access(**_RIGHT, benefit="musee", title="Musée", use_until="2026-06-30")
_CLUB = debits_pb2.Spendable(
    **_RIGHT,
    benefit="club",
    title="Licence",
    balance_cents=3000,
    kind="money",
    top_up_cents=3000,
    top_up_sentence="L'avantage est porté à 60 €.",
)
_USED_UP = Answer(
    Status.FAILED_PRECONDITION, "access_used_up", "Le nombre de passages est atteint.", "Used up.", "benefit"
)
_HOLDER = Answer(
    Status.FAILED_PRECONDITION, "holder_not_present", "Scannez d'abord son QR code.", "Scan first.", "presentation_id"
)
_ALREADY = Answer(Status.ALREADY_EXISTS, "use_already_cancelled", "Déjà.", "Already.")
_USE = access_uses_pb2.AccessUse(**_RIGHT, use_id="u1", partner_id="p1", benefit="visites", occurred_at=_AT)
_UNDONE = access_uses_pb2.AccessUse(
    **_RIGHT, use_id="u2", partner_id="p1", benefit="musee", occurred_at=_AT, cancelled=True
)


@pytest.fixture
def cashier(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    partner = organisations_pb2.Partner(partner_id="p1", public_name="Musée Imaginaire")
    services.answers["ListMyPartners"] = organisations_pb2.ListMyPartnersResponse(partners=[partner])
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(
        presentation_id="pr1", spendable=[_CLUB], accesses=[_VISITS, _FREE]
    )
    services.answers["RecordUse"] = access_uses_pb2.RecordUseResponse(use_id="u1", occurred_at=_AT, uses_left=0)
    return browser


@pytest.fixture
def young(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in()
    partner = accreditations_pb2.DirectoryEntry(partner_id="p1", public_name="Musée Imaginaire", city="Caen")
    services.answers["SearchDirectory"] = accreditations_pb2.SearchDirectoryResponse(entries=[partner])
    named = organisations_pb2.LookUpPartnersResponse()
    named.partners.add(partner_id="p1", public_name="Musée Imaginaire", city="Caen")
    services.answers["LookUpPartners"] = named
    return browser


def _opened(cashier: Browser) -> str:
    return str(cashier.post("/caisse/p1", {"code": "A1CODE"}).headers["location"])


def _form(benefit: str, attempt: str = "0") -> dict[str, str]:
    return {"choice": f"dispositif/2025-2026/{benefit}", "attempt": attempt}


def test_the_till_says_what_may_be_recorded_and_what_is_added(cashier: Browser) -> None:
    """A use has a button and no amount; a top-up tells the cashier how far they may go."""
    page = cashier.get(_opened(cashier)).text
    assert "1 passage restant" in page
    assert "Sans limite" in page
    assert page.count("Enregistrer le passage") == 2
    assert "60,00\u00a0€" in page


def test_a_use_is_recorded_once_and_shown(cashier: Browser, services: FakeServices) -> None:
    """With the presentation, under the passage's key; the receipt names no amount, and what is left."""
    address = _opened(cashier)
    answer = cashier.post(address, _form("visites"))
    assert services.last.rpc == "RecordUse"
    request = services.last.request
    assert (request.presentation_id, request.benefit) == ("pr1", "visites")
    assert request.idempotency_key.endswith("-0")
    receipt = cashier.get(str(answer.headers["location"])).text
    assert "Passage enregistré" in receipt
    assert "0 passage" in receipt
    assert "€" not in receipt
    assert "Il ne reste rien à utiliser." in cashier.get(address).text


def test_a_refused_use_comes_back_with_the_wallets_sentence(cashier: Browser, services: FakeServices) -> None:
    """And the next attempt has another key."""
    address = _opened(cashier)
    services.answers["RecordUse"] = _USED_UP
    page = cashier.post(address, _form("visites"))
    assert page.status_code == 422
    assert "Le nombre de passages est atteint." in page.text
    assert 'name="attempt" value="1"' in page.text


def test_a_recorded_use_may_be_taken_back_from_its_receipt_and_from_the_day(
    cashier: Browser, services: FakeServices
) -> None:
    """Beside the payments of the day, each with its hour; what was cancelled already has no way back."""
    services.answers["ListPartnerUses"] = access_uses_pb2.ListPartnerUsesResponse(uses=[_USE, _UNDONE])
    recorded = cashier.post(_opened(cashier), _form("visites"))
    assert 'href="/caisse/p1/utilisations/u1"' in cashier.get(str(recorded.headers["location"])).text
    day = cashier.get("/caisse/p1/journee").text
    assert "1 passage" in day
    assert 'href="/caisse/p1/utilisations/u1"' in day
    assert "/caisse/p1/utilisations/u2" not in day


def test_cancelling_a_use_asks_first_and_is_keyed_by_it(cashier: Browser, services: FakeServices) -> None:
    """Sent twice, it is cancelled once; no amount is named."""
    services.answers["ListPartnerUses"] = access_uses_pb2.ListPartnerUsesResponse(uses=[_USE])
    asked = cashier.get("/caisse/p1/utilisations/u1").text
    assert "Annuler ce passage ?" in asked
    assert "€" not in asked
    for _ in range(2):
        done = cashier.post("/caisse/p1/utilisations/u1")
        assert done.headers["location"] == "/caisse/p1/journee?fait=passage-annule"
    sent = [call.request for call in services.calls if call.rpc == "CancelUse"]
    assert [request.use_id for request in sent] == ["u1", "u1"]
    assert len({request.idempotency_key for request in sent}) == 1
    assert "Le passage est annulé" in cashier.get("/caisse/p1/journee?fait=passage-annule").text


def test_a_use_whose_holder_must_be_there_has_the_card_shown_again(cashier: Browser, services: FakeServices) -> None:
    """The wallet's refusal brings the scanner; the new presentation goes with another key."""
    services.answers["ListPartnerUses"] = access_uses_pb2.ListPartnerUsesResponse(uses=[_USE])
    services.answers["CancelUse"] = _HOLDER
    refused = cashier.post("/caisse/p1/utilisations/u1")
    assert (refused.status_code, "data-scan" in refused.text) == (422, True)
    services.answers["CancelUse"] = access_uses_pb2.CancelUseResponse(cancelled_at=_AT)
    assert cashier.post("/caisse/p1/utilisations/u1", {"code": "A1CODE"}).status_code == 303
    alone, with_card = (call.request for call in services.calls if call.rpc == "CancelUse")
    assert (alone.presentation_id, with_card.presentation_id) == ("", "pr1")
    assert alone.idempotency_key != with_card.idempotency_key


def test_a_use_that_was_cancelled_meanwhile_is_cancelled(cashier: Browser, services: FakeServices) -> None:
    """An answer that was lost: nothing is left to do."""
    services.answers["CancelUse"] = _ALREADY
    done = cashier.post("/caisse/p1/utilisations/u1")
    assert done.headers["location"] == "/caisse/p1/journee?fait=passage-annule"


def test_a_use_of_another_partner_is_not_there(cashier: Browser) -> None:
    assert cashier.get("/caisse/p1/utilisations/u9").status_code == 404


def test_the_partners_page_says_what_i_can_use_there(young: Browser, services: FakeServices) -> None:
    """From the directory: how much with what is added there, by which means, and rights without cents."""
    assert 'href="/mon-espace/chez/p1"' in young.get("/partenaires").text
    here = spendable_pb2.SpendableHere(wallet=_CLUB, channels=["number", "qr"])
    services.answers["ListSpendable"] = spendable_pb2.ListSpendableResponse(spendable=[here], accesses=[_VISITS])
    page = young.get("/mon-espace/chez/p1").text
    assert "Chez Musée Imaginaire (Caen)" in page
    assert "60,00\u00a0€" in page
    assert "L&#39;avantage est porté à 60 €." in page
    assert "1 passage restant" in page
    assert "cette semaine" in page


def test_a_partner_that_takes_nothing_of_mine_says_so(young: Browser) -> None:
    """And where to go on."""
    page = young.get("/mon-espace/chez/p1").text
    assert "Rien de ce que tu as ne peut être utilisé ici aujourd’hui." in page
    assert 'href="/partenaires"' in page


def test_my_rights_and_their_uses_are_listed(young: Browser, services: FakeServices) -> None:
    """In my space, and each use with its partner."""
    services.answers["ListAccesses"] = access_uses_pb2.ListAccessesResponse(accesses=[_VISITS, _FREE])
    assert "Autant de fois que tu le veux." in young.get("/mon-espace").text
    services.answers["ListUses"] = access_uses_pb2.ListUsesResponse(uses=[_USE, _UNDONE])
    page = young.get("/mon-espace/passages").text
    assert page.count("Musée Imaginaire (Caen)") == 2
    assert "Annulé" in page


def test_each_movement_says_why(young: Browser, services: FakeServices) -> None:
    """The wallet's own sentence beside the kind."""
    wallet = movements_pb2.Wallet(wallet_id="w1", title="Licence", kind="money", spend_until="2026-06-30")
    services.answers["ListWallets"] = movements_pb2.ListWalletsResponse(wallets=[wallet])
    cause = "Un complément s'est ajouté pour payer ce partenaire."
    movement = movements_pb2.Movement(movement_id="m1", kind="credit", amount_cents=2000, occurred_at=_AT, cause=cause)
    services.answers["ListMovements"] = movements_pb2.ListMovementsResponse(movements=[movement])
    assert "Un complément s&#39;est ajouté pour payer ce partenaire." in young.get("/mon-espace/historique").text
