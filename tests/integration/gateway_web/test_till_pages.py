"""The till's pages: what they ask the wallet, under which key, and what they show."""

from __future__ import annotations

import re

import grpc
import pytest
from atouts.partner.v1 import organisations_pb2
from atouts.wallet.v1 import debits_pb2, vouchers_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_AT = Timestamp(seconds=1_756_886_400)  # 3 September 2025, 10:00 in Paris
_PARTNERS = organisations_pb2.ListMyPartnersResponse(
    partners=[
        organisations_pb2.Partner(partner_id="p1", public_name="Cinéma Imaginaire"),
        organisations_pb2.Partner(partner_id="p2", public_name="Théâtre Imaginaire"),
    ]
)
_SHOWN = debits_pb2.PresentCardResponse(
    presentation_id="secret-presentation",
    spendable=[
        debits_pb2.Spendable(
            scheme="culture-sport", season="2025-2026", benefit="cinema", title="Cinéma", balance_cents=2000
        )
    ],
)
_PAID = debits_pb2.DebitResponse(
    receipt=debits_pb2.Receipt(debit_id="d1", amount_cents=750, balance_cents=1250, occurred_at=_AT, benefit="cinema")
)
_DEBIT = debits_pb2.PartnerDebit(
    debit_id="d1", scheme="culture-sport", season="2025-2026", benefit="cinema", amount_cents=750, occurred_at=_AT
)
_VOUCHER = vouchers_pb2.ReadVoucherResponse(
    scheme="culture-sport", season="2025-2026", benefit="pratique", title="Pratique", amount_cents=2000,
    expires_on="2026-06-30",
)  # fmt: skip
_UNREADABLE = Answer(Status.FAILED_PRECONDITION, "code_unreadable", "Ce code n'est pas lisible.", "Unreadable.", "code")
_TOO_MUCH = Answer(
    Status.FAILED_PRECONDITION, "insufficient_balance", "Il reste 20,00 € : demandez moins.", "Less.", "amount_cents"
)  # fmt: skip
_KEY_REUSED = Answer(
    Status.INVALID_ARGUMENT, "idempotency_key_reused", "Clé déjà utilisée.", "Key reused.", "idempotency_key"
)  # fmt: skip
_CHOICE = "culture-sport/2025-2026/cinema"


@pytest.fixture
def cashier(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    services.answers |= {"ListMyPartners": _PARTNERS, "PresentCard": _SHOWN, "Debit": _PAID}
    return browser


def opened(cashier: Browser, code: str = "A1CODE") -> str:
    """The address of the passage that the code opens."""
    answer = cashier.post("/caisse/p1", {"code": code})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def payment(passage: Browser, address: str, amount: str = "7,50") -> dict[str, str]:
    """The form as it is drawn, with an amount."""
    attempt = re.search(r'name="attempt" value="(\d+)"', passage.get(address).text)
    assert attempt
    return {"choice": _CHOICE, "amount": amount, "attempt": attempt[1]}


def keys(services: FakeServices, rpc: str = "Debit") -> list[str]:
    return [call.request.idempotency_key for call in services.calls if call.rpc == rpc]


def test_one_chooses_among_the_partners_that_one_works_for(cashier: Browser) -> None:
    page = cashier.get("/caisse").text
    assert "Cinéma Imaginaire" in page
    assert "/caisse/p2" in page


def test_with_one_partner_there_is_nothing_to_choose(cashier: Browser, services: FakeServices) -> None:
    services.answers["ListMyPartners"] = organisations_pb2.ListMyPartnersResponse(partners=_PARTNERS.partners[:1])
    assert cashier.get("/caisse").headers["location"] == "/caisse/p1"


def test_only_the_page_that_scans_may_use_the_camera(cashier: Browser) -> None:
    """Camera and WebAssembly are for one page; no other asks for them."""
    scan, day = cashier.get("/caisse/p1"), cashier.get("/caisse/p1/journee")
    assert "camera=(self)" in scan.headers["permissions-policy"]
    assert "'wasm-unsafe-eval'" in scan.headers["content-security-policy"]
    assert "camera=()" in day.headers["permissions-policy"]
    assert "wasm" not in day.headers["content-security-policy"]


def test_a_presentation_stands_in_no_address(cashier: Browser) -> None:
    """Addresses are logged and kept by browsers: the passage's number says nothing."""
    address = opened(cashier)
    page = cashier.get(address).text
    assert "20,00" in page
    assert "secret-presentation" not in address + page


def test_a_payment_leads_to_its_receipt(cashier: Browser, services: FakeServices) -> None:
    """Amount, benefit, time, what is left, and how to take it back."""
    address = opened(cashier)
    paid = cashier.post(address, payment(cashier, address))
    assert paid.headers["location"] == f"{address}/recus/d1"
    sent = next(call.request for call in services.calls if call.rpc == "Debit")
    assert (sent.amount_cents, sent.presentation_id) == (750, "secret-presentation")
    receipt = cashier.get(paid.headers["location"]).text
    for shown in (
        "7,50",
        "12,50",
        "Cinéma",
        "3 septembre 2025 à\u00a010\u00a0h\u00a000",
        "/caisse/p1/encaissements/d1",
    ):
        assert shown in receipt


def test_the_key_of_an_unknown_outcome_is_sent_again(cashier: Browser, services: FakeServices) -> None:
    """The wallet is away: the page only offers to ask again, under the same key; then another payment has another."""
    address = opened(cashier)
    form = payment(cashier, address)
    services.answers["Debit"] = grpc.StatusCode.UNAVAILABLE
    unknown = cashier.post(address, form)
    assert unknown.status_code == 503
    assert "Vérifier" in unknown.text
    assert "Encaisser</button>" not in unknown.text
    services.answers["Debit"] = _PAID
    again = dict(re.findall(r'type="hidden" name="(choice|amount|attempt)" value="([^"]*)"', unknown.text))
    assert cashier.post(address, again).status_code == 303
    assert cashier.post(address, payment(cashier, address)).status_code == 303
    first, second, third = keys(services)
    assert first == second != third


def test_after_a_refusal_the_next_amount_has_another_key(cashier: Browser, services: FakeServices) -> None:
    """A refusal is its key's answer for good: the sentence at the field, and a fresh key."""
    address = opened(cashier)
    services.answers["Debit"] = _TOO_MUCH
    refused = cashier.post(address, payment(cashier, address, "99"))
    assert refused.status_code == 422
    assert "Il reste 20,00 € : demandez moins." in refused.text
    assert 'href="#amount"' in refused.text
    services.answers["Debit"] = _PAID
    assert cashier.post(address, payment(cashier, address)).status_code == 303
    assert len(set(keys(services))) == 2


def test_another_amount_under_a_key_that_paid_leads_to_the_days_list(cashier: Browser, services: FakeServices) -> None:
    """An answer was lost: the cashier looks before taking more."""
    address = opened(cashier)
    services.answers["Debit"] = _KEY_REUSED
    refused = cashier.post(address, payment(cashier, address, "8"))
    assert "vérifiez les encaissements du jour" in refused.text


@pytest.mark.parametrize("amount", ["-5", "1,234", "0", "1\x00", "douze", ""])
def test_what_is_no_amount_never_reaches_the_wallet(cashier: Browser, services: FakeServices, amount: str) -> None:
    address = opened(cashier)
    refused = cashier.post(address, payment(cashier, address, amount))
    assert refused.status_code == 422
    assert keys(services) == []


def test_what_is_no_cards_code_may_be_a_vouchers(cashier: Browser, services: FakeServices) -> None:
    """One field for both: the whole voucher is proposed, what is not taken goes back."""
    services.answers |= {"PresentCard": _UNREADABLE, "ReadVoucher": _VOUCHER}
    services.answers["RedeemVoucher"] = vouchers_pb2.RedeemVoucherResponse(receipt=_PAID.receipt, returned_cents=1250)
    address = opened(cashier, "ABCD-EFGH")
    page = cashier.get(address).text
    assert 'value="20,00"' in page
    assert "30 juin 2026" in page
    form = {"choice": "culture-sport/2025-2026/pratique", "amount": "7,50", "attempt": "0"}
    receipt = cashier.get(cashier.post(address, form).headers["location"]).text
    assert "Rendu au jeune" in receipt
    assert "Encaisser encore" not in receipt
    assert "Ce coupon est encaissé." in cashier.get(address).text


def test_what_is_neither_says_so_at_the_field(cashier: Browser, services: FakeServices) -> None:
    services.answers["PresentCard"] = _UNREADABLE
    services.answers["ReadVoucher"] = Answer(Status.NOT_FOUND, "unknown_voucher", "Inconnu.", "Unknown.", "code")
    refused = cashier.post("/caisse/p1", {"code": "PAS-UN-CODE"})
    assert refused.status_code == 422
    assert "ni celui d&#39;une carte ni celui d&#39;un coupon" in refused.text


def test_a_passage_is_open_in_its_own_browser_only(cashier: Browser) -> None:
    """Its address alone opens nothing."""
    address = opened(cashier)
    cashier.http.cookies.delete("atouts_passage", path=address)
    assert cashier.get(address).headers["location"] == "/caisse/p1?fait=ferme"
    assert "scannez à nouveau" in cashier.get("/caisse/p1?fait=ferme").text


def test_a_passage_cookie_that_was_changed_opens_nothing(cashier: Browser) -> None:
    address = opened(cashier)
    for value in ("xxxx", "e30=", "W10=", "bnVsbA=="):
        answer = cashier.http.get(address, headers={"Cookie": f"atouts_passage={value}; {_session(cashier)}"})
        assert answer.headers["location"] == "/caisse/p1?fait=ferme"


def test_the_day_adds_up_without_what_was_cancelled(cashier: Browser, services: FakeServices) -> None:
    """Totals, each payment with its hour, and a way to take it back."""
    cancelled = debits_pb2.PartnerDebit()
    cancelled.CopyFrom(_DEBIT)
    cancelled.debit_id, cancelled.cancelled = "d2", True
    services.answers["ListPartnerDebits"] = debits_pb2.ListPartnerDebitsResponse(debits=[_DEBIT, cancelled])
    page = cashier.get("/caisse/p1/journee").text
    assert "3 septembre 2025" in page
    assert re.search(r"1\s+paiement,\s+<strong>7,50", page)
    assert "/caisse/p1/encaissements/d1" in page
    assert "/caisse/p1/encaissements/d2" not in page


def test_cancelling_asks_first_and_is_keyed_by_the_payment(cashier: Browser, services: FakeServices) -> None:
    services.answers["ListPartnerDebits"] = debits_pb2.ListPartnerDebitsResponse(debits=[_DEBIT])
    assert "Annuler ce paiement ?" in cashier.get("/caisse/p1/encaissements/d1").text
    for _ in range(2):
        done = cashier.post("/caisse/p1/encaissements/d1")
        assert done.headers["location"] == "/caisse/p1/journee?fait=annule"
    assert len(set(keys(services, "CancelDebit"))) == 1


def test_the_till_of_a_partner_that_one_does_not_act_for_is_not_there(cashier: Browser) -> None:
    assert cashier.get("/caisse/p3").status_code == 404


def _session(cashier: Browser) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in cashier.http.cookies.jar if cookie.path == "/")
