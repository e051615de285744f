"""A young person's card and wallets: the secret code, tickets and vouchers of one value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
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
    assert "/mon-espace/carte" not in young.get("/mon-espace").text


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
