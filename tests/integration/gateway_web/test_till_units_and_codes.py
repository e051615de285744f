"""The till's pages for tickets, vouchers of one value, whole amounts, secret codes and a holder who must be there."""

from __future__ import annotations

import re

import grpc
import pytest
from atouts.partner.v1 import organisations_pb2
from atouts.wallet.v1 import debits_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_AT = Timestamp(seconds=1_756_886_400)
_MONEY = debits_pb2.Spendable(
    scheme="dispositif", season="2025-2026", benefit="livres", title="Livres", balance_cents=5000, kind="money"
)
_SEATS = debits_pb2.Spendable(
    scheme="dispositif",
    season="2025-2026",
    benefit="seances",
    title="Séances",
    balance_cents=1200,
    kind="tickets",
    unit_cents=400,
    holder_unit_cents=100,
    uses_left=3,
)
_HALVES = debits_pb2.Spendable(
    scheme="dispositif",
    season="2025-2026",
    benefit="sport",
    title="Sport",
    balance_cents=3000,
    kind="vouchers",
    unit_cents=1500,
    uses_left=2,
)
_WHOLE = debits_pb2.Spendable(
    scheme="dispositif",
    season="2025-2026",
    benefit="stage",
    title="Stage",
    balance_cents=4000,
    kind="money",
    uses_left=1,
    whole_amount_only=True,
)
_GUARDED = debits_pb2.Spendable(
    scheme="dispositif",
    season="2025-2026",
    benefit="livres",
    title="Livres",
    balance_cents=5000,
    kind="money",
    asks_code=True,
)
_SECRET = "7391"
_WRONG = Answer(
    Status.FAILED_PRECONDITION, "secret_code_wrong", "Ce code secret est faux (essais restants : 1).", "Wrong.",
    "secret_code",
)  # fmt: skip
_MISSING = Answer(
    Status.FAILED_PRECONDITION, "secret_code_missing", "Le code secret est demandé.", "Missing.", "secret_code"
)
_HOLDER = Answer(
    Status.FAILED_PRECONDITION, "holder_not_present", "Scannez d'abord son QR code.", "Scan first.", "presentation_id"
)


@pytest.fixture
def cashier(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    partner = organisations_pb2.Partner(partner_id="p1", public_name="Cinéma Imaginaire")
    services.answers["ListMyPartners"] = organisations_pb2.ListMyPartnersResponse(partners=[partner])
    return browser


def opened(cashier: Browser, services: FakeServices, *spendable: debits_pb2.Spendable) -> str:
    """The address of the passage of a card with these wallets."""
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(presentation_id="pr1", spendable=spendable)
    return str(cashier.post("/caisse/p1", {"code": "A1CODE"}).headers["location"])


def paid(services: FakeServices, amount_cents: int, balance_cents: int) -> None:
    """What the wallet answers from now on."""
    receipt = debits_pb2.Receipt(debit_id="d1", amount_cents=amount_cents, balance_cents=balance_cents, occurred_at=_AT)
    services.answers["Debit"] = debits_pb2.DebitResponse(receipt=receipt)


def form(benefit: str, attempt: str = "0", **typed: str) -> dict[str, str]:
    return {"choice": f"dispositif/2025-2026/{benefit}", "attempt": attempt, **typed}


def debits(services: FakeServices) -> list[debits_pb2.DebitRequest]:
    return [call.request for call in services.calls if call.rpc == "Debit"]


def test_tickets_are_taken_by_their_number(cashier: Browser, services: FakeServices) -> None:
    """The cashier says how many; the page says who pays what, before and after."""
    address = opened(cashier, services, _SEATS)
    page = cashier.get(address).text
    assert "3 places restantes" in page
    assert "2 places : la Région paie 8,00\u00a0€, le jeune paie 2,00\u00a0€" in page
    assert 'name="amount"' not in page
    paid(services, 800, 400)
    receipt = cashier.get(cashier.post(address, form("seances", count="2")).headers["location"]).text
    assert [request.amount_cents for request in debits(services)] == [800]
    for words in ("2 places", "Le jeune vous paie", "2,00\u00a0€", "1 place"):
        assert words in receipt
    assert "1 place restante" in cashier.get(address).text


def test_a_number_of_tickets_is_needed(cashier: Browser, services: FakeServices) -> None:
    """None, or none that can be: said at the field, and the wallet is not asked."""
    address = opened(cashier, services, _SEATS)
    for typed in ({}, {"count": "0"}, {"count": "deux"}, {"count": "-1"}):
        refused = cashier.post(address, form("seances", **typed))
        assert (refused.status_code, 'href="#count"' in refused.text) == (422, True)
    assert debits(services) == []


def test_vouchers_are_taken_by_an_amount_that_says_how_many_it_uses(cashier: Browser, services: FakeServices) -> None:
    """Before, by the steps; after, on the receipt; what a used one leaves is lost."""
    address = opened(cashier, services, _HALVES)
    page = cashier.get(address).text
    assert "2 bons restants" in page
    assert "1 bon jusqu’à 15,00\u00a0€, 2 bons jusqu’à 30,00\u00a0€" in page
    paid(services, 2000, 1000)
    receipt = cashier.get(cashier.post(address, form("sport", amount="20")).headers["location"]).text
    assert "2 bons" in receipt
    assert "Il ne reste rien à utiliser." in cashier.get(address).text


def test_a_whole_amount_is_not_typed(cashier: Browser, services: FakeServices) -> None:
    """Nothing to choose: the button says what it takes."""
    address = opened(cashier, services, _WHOLE)
    page = cashier.get(address).text
    assert "Encaisser 40,00\u00a0€" in page
    assert 'name="amount"' not in page
    paid(services, 4000, 0)
    assert cashier.post(address, form("stage")).status_code == 303
    assert debits(services)[0].amount_cents == 4000


def test_each_wallet_has_its_own_form_and_keeps_its_own_faults(cashier: Browser, services: FakeServices) -> None:
    """No two fields of the page share an id, and a refusal stands in the form that was sent."""
    address = opened(cashier, services, _MONEY, _HALVES)
    refused = cashier.post(address, form("sport", amount="rien")).text
    ids = re.findall(r'\sid="([^"]+)"', refused)
    assert len(ids) == len(set(ids))
    in_fault = re.search(r'<div class="field bad">.*?</div>', refused, re.DOTALL)
    assert in_fault
    assert 'id="amount"' in in_fault[0]
    assert refused.index('id="amount-0"') < refused.index('id="amount"')


def test_the_secret_code_is_typed_where_it_is_asked(cashier: Browser, services: FakeServices) -> None:
    """A field that shows nothing and that the browser does not keep; it goes with the debit alone."""
    address = opened(cashier, services, _GUARDED)
    field = re.search(r'<input id="secret_code"[^>]*>', cashier.get(address).text)
    assert field
    for attribute in ('type="password"', 'inputmode="numeric"', 'autocomplete="off"'):
        assert attribute in field[0]
    paid(services, 750, 4250)
    answer = cashier.post(address, form("livres", amount="7,50", secret_code=_SECRET))
    assert debits(services)[0].secret_code == _SECRET
    kept = " ".join(str(cookie.value) for cookie in cashier.http.cookies.jar)
    assert _SECRET not in kept + str(answer.headers) + cashier.get(answer.headers["location"]).text


def test_without_the_code_the_wallet_is_not_asked(cashier: Browser, services: FakeServices) -> None:
    """A missing code would be the key's answer for good: the page says it first, under the same attempt."""
    address = opened(cashier, services, _GUARDED)
    for typed in ({}, {"secret_code": "73a1"}):
        refused = cashier.post(address, form("livres", amount="7,50", **typed))
        assert (refused.status_code, 'href="#secret_code"' in refused.text) == (422, True)
        assert 'name="attempt" value="0"' in refused.text
    assert debits(services) == []


def test_no_code_goes_where_none_is_asked(cashier: Browser, services: FakeServices) -> None:
    """Whatever a form brings."""
    address = opened(cashier, services, _MONEY)
    paid(services, 750, 4250)
    cashier.post(address, form("livres", amount="7,50", secret_code=_SECRET))
    assert debits(services)[0].secret_code == ""


def test_a_wrong_code_tells_what_is_left_and_the_next_goes_under_another_key(
    cashier: Browser, services: FakeServices
) -> None:
    """The sentence at the field, the amount kept, the code never drawn."""
    address = opened(cashier, services, _GUARDED)
    services.answers["Debit"] = _WRONG
    refused = cashier.post(address, form("livres", amount="7,50", secret_code=_SECRET))
    assert refused.status_code == 422
    assert 'href="#secret_code"' in refused.text
    assert "essais restants : 1" in refused.text
    assert 'value="7,50"' in refused.text
    assert 'name="attempt" value="1"' in refused.text
    assert _SECRET not in refused.text
    paid(services, 750, 4250)
    cashier.post(address, form("livres", attempt="1", amount="7,50", secret_code="1937"))
    first, second = debits(services)
    assert first.idempotency_key != second.idempotency_key


def test_a_rulebook_that_has_come_to_ask_has_the_code_typed(cashier: Browser, services: FakeServices) -> None:
    """The card was read before: the refusal brings the field."""
    address = opened(cashier, services, _MONEY)
    services.answers["Debit"] = _MISSING
    refused = cashier.post(address, form("livres", amount="7,50"))
    assert 'name="secret_code"' in refused.text
    assert 'name="secret_code"' in cashier.get(address).text


def test_an_unknown_outcome_is_asked_again_with_the_same_code(cashier: Browser, services: FakeServices) -> None:
    """The same request to the letter, from a page that holds the code sealed and for this payment alone."""
    address = opened(cashier, services, _GUARDED)
    services.answers["Debit"] = grpc.StatusCode.UNAVAILABLE
    unknown = cashier.post(address, form("livres", amount="7,50", secret_code=_SECRET))
    assert unknown.status_code == 503
    assert _SECRET not in unknown.text
    again = dict(re.findall(r'type="hidden" name="(choice|amount|attempt|sealed_code)" value="([^"]*)"', unknown.text))
    assert cashier.post(address, again).status_code == 503
    first, second = debits(services)
    assert first == second
    for change in ({"amount": "8"}, {"attempt": "1"}, {"sealed_code": again["sealed_code"][:-4] + "AAAA"}):
        refused = cashier.post(address, {**again, **change})
        assert (refused.status_code, 'href="#secret_code"' in refused.text) == (422, True)
    assert len(debits(services)) == 2


def test_an_unknown_number_of_tickets_is_asked_again(cashier: Browser, services: FakeServices) -> None:
    """The page to check with names what was asked, and sends it again."""
    address = opened(cashier, services, _SEATS)
    services.answers["Debit"] = grpc.StatusCode.UNAVAILABLE
    unknown = cashier.post(address, form("seances", count="2"))
    assert "2 places" in unknown.text
    again = dict(re.findall(r'type="hidden" name="(choice|count|attempt)" value="([^"]*)"', unknown.text))
    assert cashier.post(address, again).status_code == 503
    first, second = debits(services)
    assert first == second


# --- Cancelling with the holder there


def _past(services: FakeServices, scheme: str, season: str) -> str:
    debit = debits_pb2.PartnerDebit(
        debit_id="d1", scheme=scheme, season=season, benefit="b", amount_cents=750, occurred_at=_AT
    )
    services.answers["ListPartnerDebits"] = debits_pb2.ListPartnerDebitsResponse(debits=[debit])
    return "/caisse/p1/encaissements/d1"


def test_a_rulebook_that_wants_the_holder_has_the_card_shown_again(cashier: Browser, services: FakeServices) -> None:
    """The refusal of the wallet, or the rulebook itself, brings the scanner and the field."""
    address = _past(services, "dispositif", "2025-2026")
    assert 'name="code"' not in cashier.get(address).text
    services.answers["CancelDebit"] = _HOLDER
    refused = cashier.post(address)
    assert refused.status_code == 422
    assert 'name="code"' in refused.text
    assert "data-scan" in refused.text
    assert "camera=(self)" in refused.headers["permissions-policy"]


def test_the_card_shown_again_goes_with_the_cancellation(cashier: Browser, services: FakeServices) -> None:
    """A new presentation, under a key of its own: the refusal without one was another answer."""
    address = _past(services, "dispositif", "2025-2026")
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(presentation_id="pr2")
    assert cashier.post(address).status_code == 303
    assert cashier.post(address, {"code": "A1CODE"}).headers["location"] == "/caisse/p1/journee?fait=annule"
    without, with_card = (call.request for call in services.calls if call.rpc == "CancelDebit")
    assert (without.presentation_id, with_card.presentation_id) == ("", "pr2")
    assert without.idempotency_key != with_card.idempotency_key


def test_a_code_that_is_refused_is_said_at_its_field_and_nothing_is_cancelled(
    cashier: Browser, services: FakeServices
) -> None:
    address = _past(services, "dispositif", "2025-2026")
    services.answers["CancelDebit"] = _HOLDER
    services.answers["PresentCard"] = Answer(Status.FAILED_PRECONDITION, "code_expired", "Expiré.", "Expired.", "code")
    refused = cashier.post(address, {"code": "A1CODE"})
    assert (refused.status_code, "Expiré." in refused.text) == (422, True)
    assert "CancelDebit" not in [call.rpc for call in services.calls]


def test_what_was_cancelled_meanwhile_is_cancelled(cashier: Browser, services: FakeServices) -> None:
    """An answer that was lost, then the card shown again: nothing is left to do."""
    address = _past(services, "dispositif", "2025-2026")
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(presentation_id="pr3")
    services.answers["CancelDebit"] = Answer(Status.ALREADY_EXISTS, "already_cancelled", "Déjà.", "Already.")
    assert cashier.post(address, {"code": "A1CODE"}).headers["location"] == "/caisse/p1/journee?fait=annule"
