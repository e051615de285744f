"""A young person's card and wallets: the secret code, tickets and vouchers of one value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from atouts.identity.v1 import holders_pb2
from atouts.wallet.v1 import cards_pb2, debits_pb2, movements_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_USE = cards_pb2.SecretCodeUse(
    scheme="carte", season="2025-2026", title="Carte Imaginaire", digits=4, asked_by=["terminal"], needed_by=["nfc"]
)
_TYPED = {"secret_code": "7391", "again": "7391"}


@pytest.fixture
def young(browser: Browser, services: FakeServices) -> Browser:
    """Signed in, where a scheme asks for a secret code that is not chosen yet."""
    browser.sign_in()
    services.answers["ReadCard"] = cards_pb2.ReadCardResponse(secret_code_uses=[_USE])
    return browser


def _holds(services: FakeServices, wallet: movements_pb2.Wallet) -> None:
    wallet.MergeFrom(movements_pb2.Wallet(wallet_id="w1", scheme="carte", season="2025-2026", spend_until="2026-06-30"))
    until = Timestamp()
    until.FromDatetime(datetime.now(UTC) + timedelta(seconds=20))
    services.answers["ListWallets"] = movements_pb2.ListWalletsResponse(wallets=[wallet])
    services.answers["ShowCode"] = debits_pb2.ShowCodeResponse(code="ATOUTS:1:CODE", valid_until=until)


def _sent(services: FakeServices) -> list[str]:
    return [call.request.secret_code for call in services.calls if call.rpc == "SetSecretCode"]


def test_the_page_says_where_the_code_is_asked(young: Browser) -> None:
    """And how many digits it has, before one is chosen."""
    page = young.get("/mon-espace/carte").text
    for words in ("Carte Imaginaire", "sur un terminal de paiement", "À choisir", "4 chiffres", 'maxlength="4"'):
        assert words in page


def test_a_code_is_typed_twice_and_sent_once(young: Browser, services: FakeServices) -> None:
    """Neither the answer nor its address holds it."""
    answer = young.post("/mon-espace/carte", _TYPED)
    assert answer.headers["location"] == "/mon-espace/carte?fait=choisi"
    assert _sent(services) == ["7391"]
    assert "Ton code secret est choisi." in young.get("/mon-espace/carte?fait=choisi").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"secret_code": "7391", "again": "7392"}, "again"),
        ({"secret_code": "7391"}, "again"),
        ({"again": "7391"}, "secret_code"),
        ({"secret_code": "73a1", "again": "73a1"}, "secret_code"),
        ({"secret_code": "７３９１", "again": "７３９１"}, "secret_code"),
    ],
)
def test_two_that_differ_or_no_digits_never_reach_the_wallet(
    young: Browser, services: FakeServices, typed: dict[str, str], field: str
) -> None:
    """Said at the field; nothing that was typed is drawn again."""
    refused = young.post("/mon-espace/carte", typed)
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert not [value for value in typed.values() if value in refused.text]
    assert _sent(services) == []


def test_a_code_that_the_wallet_refuses_is_said_at_its_field(young: Browser, services: FakeServices) -> None:
    """0000 and 1234 are refused there."""
    services.answers["SetSecretCode"] = Answer(
        Status.FAILED_PRECONDITION, "secret_code_guessable", "Ce code se devine.", "Guessable.", "secret_code"
    )
    refused = young.post("/mon-espace/carte", {"secret_code": "1234", "again": "1234"})
    assert (refused.status_code, '<a href="#secret_code">Ce code se devine.</a>' in refused.text) == (422, True)


def test_without_such_a_scheme_there_is_nothing_to_choose(young: Browser, services: FakeServices) -> None:
    services.answers["ReadCard"] = cards_pb2.ReadCardResponse()
    page = young.get("/mon-espace/carte").text
    assert "Aucun de tes dispositifs ne demande de code secret" in page
    assert 'name="secret_code"' not in page


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (cards_pb2.ReadCardResponse(secret_code_uses=[_USE]), "choisis le tien"),
        (cards_pb2.ReadCardResponse(secret_code_chosen=True, secret_code_uses=[_USE]), "Changer mon code secret"),
        (
            cards_pb2.ReadCardResponse(secret_code_chosen=True, secret_code_locked=True, secret_code_uses=[_USE]),
            "choisis-en un autre",
        ),
    ],
)
def test_the_first_page_says_what_the_code_needs(
    young: Browser, services: FakeServices, card: cards_pb2.ReadCardResponse, words: str
) -> None:
    """Where a scheme asks for one: choose it, change it, or replace one that is locked."""
    _holds(services, movements_pb2.Wallet(title="Livres", kind="money"))
    services.answers["ReadCard"] = card
    assert words in young.get("/mon-espace").text
    services.answers["ReadCard"] = cards_pb2.ReadCardResponse()
    assert "code secret" not in young.get("/mon-espace").text


def test_a_wallet_of_tickets_shows_how_many_are_left_and_who_pays(young: Browser, services: FakeServices) -> None:
    """Not a balance: what one can still do with it."""
    seats = movements_pb2.Wallet(
        title="Séances", kind="tickets", credited_cents=2000, balance_cents=1200, unit_cents=400,
        holder_unit_cents=100, uses_left=3,
    )  # fmt: skip
    _holds(services, seats)
    for path in ("/mon-espace", "/mon-espace/soldes"):
        page = young.get(path).text
        assert "3 places restantes" in page
        assert "la Région paie 4,00\u00a0€ et toi 1,00\u00a0€" in page
        assert 'value="3" max="5"' in page
        assert "12,00" not in page


def test_a_wallet_of_vouchers_shows_how_many_are_left_and_their_worth(young: Browser, services: FakeServices) -> None:
    """What a used one left is still in the balance, and is not promised."""
    halves = movements_pb2.Wallet(
        title="Sport", kind="vouchers", credited_cents=3000, balance_cents=2500, unit_cents=1500, uses_left=1
    )
    _holds(services, halves)
    page = young.get("/mon-espace").text
    assert "1 bon restant" in page
    assert "Chaque bon vaut 15,00\u00a0€" in page
    assert "25,00" not in page


def test_a_right_of_one_use_says_so_and_says_when_it_is_used(young: Browser, services: FakeServices) -> None:
    """The balance that is left of a used one is lost, and the page does not promise it."""
    licence = movements_pb2.Wallet(title="Licence", kind="money", credited_cents=3000, balance_cents=3000, uses_left=1)
    _holds(services, licence)
    assert "S’utilise en une seule fois" in young.get("/mon-espace").text
    licence.uses_left = 0
    _holds(services, licence)
    assert "Déjà utilisé" in young.get("/mon-espace").text


# --- Forms of card

_PAPER = cards_pb2.HeldCard(
    card_id="c1", form=cards_pb2.CARD_FORM_PAPER, state=cards_pb2.CARD_STATE_ACTIVE, title="Carte Imaginaire",
    last_day="2026-06-30",
)  # fmt: skip
_OFFERS = [
    cards_pb2.CardOffer(form=form, title="Carte Imaginaire", photo=True, pairing=True)
    for form in (cards_pb2.CARD_FORM_APP, cards_pb2.CARD_FORM_PAPER, cards_pb2.CARD_FORM_PVC)
]


@pytest.fixture
def holder(young: Browser, services: FakeServices) -> Browser:
    """A young person with a card on paper, whose scheme gives every form."""
    services.answers["ReadCard"] = cards_pb2.ReadCardResponse(cards=[_PAPER], offers=_OFFERS)
    return young


def _asked(services: FakeServices, rpc: str) -> list[object]:
    return [call.request for call in services.calls if call.rpc == rpc]


def test_the_page_shows_the_cards_and_what_may_be_had(holder: Browser) -> None:
    """In use, to print, to order, to pair, to block."""
    page = holder.get("/mon-espace/carte").text
    for words in (
        "Sur papier", "En service", "30 juin 2026", "Imprimer ma carte", "Commander ma carte",
        "Rattacher cette carte", "Carte perdue ou volée",
    ):  # fmt: skip
        assert words in page


def test_without_a_scheme_that_gives_it_a_form_is_not_offered(young: Browser, services: FakeServices) -> None:
    services.answers["ReadCard"] = cards_pb2.ReadCardResponse(offers=_OFFERS[:1])
    page = young.get("/mon-espace/carte").text
    for words in ("Imprimer ma carte", "Commander ma carte", "Rattacher cette carte", "Carte perdue ou volée"):
        assert words not in page


def test_a_card_is_printed_as_a_file(holder: Browser, services: FakeServices) -> None:
    """Downloaded, never shown as a page of ours; a GET prints nothing."""
    services.answers["PrintCard"] = cards_pb2.PrintCardResponse(filename="ma-carte.pdf", content=b"%PDF-1.7")
    printed = holder.post("/mon-espace/carte/imprimer")
    assert (printed.content, printed.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert "attachment" in printed.headers["content-disposition"]
    assert holder.get("/mon-espace/carte/imprimer").status_code == 303
    assert len(_asked(services, "PrintCard")) == 1


@pytest.mark.parametrize(("card_id", "reason"), [("", "perdue"), ("c1", "volee")])
def test_a_card_is_blocked_with_its_reason(holder: Browser, services: FakeServices, card_id: str, reason: str) -> None:
    """All that are in use, or the one that is named."""
    done = holder.post("/mon-espace/carte/opposition", {"card_id": card_id, "reason": reason})
    assert done.headers["location"] == "/mon-espace/carte?fait=bloquee"
    wanted = cards_pb2.OPPOSITION_REASON_STOLEN if reason == "volee" else cards_pb2.OPPOSITION_REASON_LOST
    assert _asked(services, "OpposeCards") == [cards_pb2.OpposeCardsRequest(card_id=card_id, reason=wanted)]


def test_blocking_needs_a_reason(holder: Browser, services: FakeServices) -> None:
    refused = holder.post("/mon-espace/carte/opposition", {"reason": "autre"})
    assert refused.status_code == 422
    assert _asked(services, "OpposeCards") == []


def test_a_wrong_pairing_code_is_said_at_its_field(holder: Browser, services: FakeServices) -> None:
    """And what was typed is still there to be corrected."""
    services.answers["PairCard"] = Answer(
        Status.NOT_FOUND, "unknown_pairing_code", "Aucune carte ne porte ce code.", "No card.", "code"
    )
    refused = holder.post("/mon-espace/carte/rattacher", {"code": "7K3M-29QX-D4P1-8"})
    assert refused.status_code == 404
    assert "Aucune carte ne porte ce code." in refused.text
    services.answers["PairCard"] = cards_pb2.PairCardResponse()
    paired = holder.post("/mon-espace/carte/rattacher", {"code": "7K3M-29QX-D4P1-8"})
    assert paired.headers["location"] == "/mon-espace/carte?fait=rattachee"


def test_an_order_without_an_address_leads_to_it(holder: Browser, services: FakeServices) -> None:
    services.answers["OrderCard"] = Answer(
        Status.FAILED_PRECONDITION, "postal_address_missing", "Indique ton adresse.", "Give your address."
    )
    refused = holder.post("/mon-espace/carte/commander")
    assert "Indique ton adresse." in refused.text
    assert "Compléter mon adresse et ma photo" in refused.text


def test_an_opposed_app_card_shows_no_code_and_is_replaced(holder: Browser, services: FakeServices) -> None:
    """The first page says why there is none; the card's page replaces it."""
    _holds(services, movements_pb2.Wallet(title="Livres", kind="money"))
    services.answers["ShowCode"] = Answer(Status.FAILED_PRECONDITION, "app_card_opposed", "Bloquée.", "Blocked.")
    opposed = cards_pb2.HeldCard(card_id="a1", form=cards_pb2.CARD_FORM_APP, state=cards_pb2.CARD_STATE_OPPOSED)
    services.answers["ReadCard"] = cards_pb2.ReadCardResponse(cards=[opposed])
    first = holder.get("/mon-espace")
    assert first.status_code == 200
    assert "remplace-la" in first.text
    assert "Remplacer ma carte sur téléphone" in holder.get("/mon-espace/carte").text
    done = holder.post("/mon-espace/carte/remplacer")
    assert done.headers["location"] == "/mon-espace/carte?fait=remplacee"


def test_an_address_goes_to_identity_line_by_line(holder: Browser, services: FakeServices) -> None:
    """Empty lines are no lines; a wrong postal code never leaves."""
    typed = {"line_1": "12 rue des Essais", "line_2": "", "postal_code": "14000", "town": "Caen"}
    done = holder.post("/mon-espace/carte/titulaire", typed)
    assert done.headers["location"] == "/mon-espace/carte/titulaire?fait=adresse"
    (sent,) = _asked(services, "SetPostalAddress")
    assert sent == holders_pb2.SetPostalAddressRequest(
        address=holders_pb2.PostalAddress(lines=["12 rue des Essais"], postal_code="14000", town="Caen")
    )
    assert holder.post("/mon-espace/carte/titulaire", {**typed, "postal_code": "1400"}).status_code == 422


def test_a_photo_is_sent_shown_and_taken_away(holder: Browser, services: FakeServices) -> None:
    """As a picture within the page, as a file by itself."""
    services.answers["GetPhoto"] = holders_pb2.GetPhotoResponse(image=b"jpeg", media_type="image/jpeg")
    sent = holder.post("/mon-espace/carte/photo", files={"image": ("moi.jpg", b"octets", "image/jpeg")})
    assert sent.headers["location"] == "/mon-espace/carte/titulaire?fait=photo"
    assert 'src="/mon-espace/carte/photo.jpg"' in holder.get("/mon-espace/carte/titulaire").text
    assert 'src="/mon-espace/carte/photo.jpg"' in holder.get("/mon-espace/carte").text
    assert holder.get("/mon-espace/carte/photo.jpg").content == b"jpeg"
    assert holder.post("/mon-espace/carte/photo/retirer").headers["location"].endswith("fait=retiree")
    assert len(_asked(services, "RemovePhoto")) == 1
