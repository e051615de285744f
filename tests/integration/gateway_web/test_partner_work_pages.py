"""A partner at work in its space: who acts for it, what it is paid, what it offers."""

from __future__ import annotations

import re

import pytest
from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from atouts.identity.v1 import accounts_pb2
from atouts.partner.v1 import organisations_pb2
from atouts.payout.v1 import messages_pb2 as payouts_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from gateway.web.pages import partner_offer_rules
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser
from tests.integration.gateway_web.partners import SCHEME, SEASON, TERMS, mine, partner

_SPACE = "/espace-partenaire/p1"
_AT = Timestamp(seconds=1_759_500_000)  # 3 October 2025
_LATER = Timestamp(seconds=4_000_000_000)
_RULED = ("culture-sport", "2025-2026")
_FORM = {
    "idempotency_key": "cle-1", "kind": "registration", "title": "Répétition", "description": "Une heure.",
    "prize": "Une place", "places": "20", "value": "12,50", "opens_at": "2025-10-06T09:00",
    "closes_at": "2025-10-20T18:00", "theme": "culture",
}  # fmt: skip
_TEXT = offers_pb2.OfferText(title="Répétition < ouverte >", description="Une heure.", prize="Une place")


_DELEGATES = [
    organisations_pb2.Delegate(account_id=PERSON, roles=["principal"]),
    organisations_pb2.Delegate(account_id="a2", roles=["cashier"]),
    organisations_pb2.Delegate(account_id="a3", roles=["manager"]),
]


@pytest.fixture
def principal(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    services.answers |= {
        "ListMyPartners": mine(partner(delegates=_DELEGATES)),
        "ListPartnerTerms": TERMS,
        "ListDelegateAccounts": accounts_pb2.ListDelegateAccountsResponse(
            delegates=[_delegate(PERSON, "principal"), _delegate("a2", "cashier")]
        ),
    }
    return browser


@pytest.fixture
def in_season(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day of the rulebook's season, whatever the machine's clock says."""
    monkeypatch.setattr(partner_offer_rules, "today", lambda _visit: "2025-10-01")


def _delegate(account_id: str, *roles: str) -> accounts_pb2.DelegateAccount:
    return accounts_pb2.DelegateAccount(account_id=account_id, email=f"{account_id}@exemple.fr", roles=roles)


def sent(services: FakeServices, rpc: str) -> list[object]:
    return [call.request for call in services.calls if call.rpc == rpc]


def offer(
    state: offers_pb2.OfferState, kind: offers_pb2.OfferKind = offers_pb2.OFFER_KIND_REGISTRATION
) -> offers_pb2.Offer:
    over = state in (offers_pb2.OFFER_STATE_CLOSED, offers_pb2.OFFER_STATE_DRAWN)
    return offers_pb2.Offer(
        offer_id="o1", partner_id="p1", kind=kind, state=state, text=_TEXT, scheme=_RULED[0], season=_RULED[1],
        places=20, places_left=19, opens_at=_AT, closes_at=_AT if over else _LATER,
    )  # fmt: skip


def test_a_delegate_is_named_by_their_address_and_keeps_other_roles(principal: Browser, services: FakeServices) -> None:
    """Roles are said in words; an establishment's role is not offered to who is none."""
    page = principal.get(f"{_SPACE}/delegues").text
    assert "a2@exemple.fr" in page
    assert "Compte ajouté à l’instant" in page  # a3, of whom identity has not heard yet
    assert "Délégué principal" in page
    assert 'value="school"' not in page
    services.answers["FindDelegateAccount"] = accounts_pb2.FindDelegateAccountResponse(
        delegate=_delegate("a2", "cashier")
    )
    done = principal.post(f"{_SPACE}/delegues", {"email": "a2@exemple.fr", "roles": "manager"})
    assert done.headers["location"] == f"{_SPACE}/delegues?fait=nomme"
    assert sent(services, "AddDelegate") == [
        organisations_pb2.AddDelegateRequest(partner_id="p1", account_id="a2", roles=["cashier", "manager"])
    ]


def test_roles_are_changed_and_an_access_is_taken_away(principal: Browser, services: FakeServices) -> None:
    """Those ticked and no others."""
    assert 'value="cashier" checked' in principal.get(f"{_SPACE}/delegues/a2").text
    principal.post(f"{_SPACE}/delegues/a2", {"roles": "manager"})
    principal.post(f"{_SPACE}/delegues/a2/retrait")
    assert sent(services, "AddDelegate") == [
        organisations_pb2.AddDelegateRequest(partner_id="p1", account_id="a2", roles=["manager"])
    ]
    assert sent(services, "RemoveDelegate") == [
        organisations_pb2.RemoveDelegateRequest(partner_id="p1", account_id="a2")
    ]


def test_a_manager_neither_names_nor_changes_a_principal_delegate(principal: Browser, services: FakeServices) -> None:
    """The page offers what the service would take."""
    named = [("a2", "principal"), (PERSON, "manager")]
    delegates = [organisations_pb2.Delegate(account_id=each, roles=[role]) for each, role in named]
    services.answers["ListMyPartners"] = mine(partner(delegates=delegates))
    assert 'value="principal"' not in principal.get(f"{_SPACE}/delegues").text
    assert "seul un délégué principal change ses rôles" in principal.get(f"{_SPACE}/delegues/a2").text


def test_the_last_principal_delegate_stays_and_the_page_says_why(principal: Browser, services: FakeServices) -> None:
    """The service's sentence comes with the page."""
    services.answers["RemoveDelegate"] = Answer(
        Status.FAILED_PRECONDITION, "last_principal", "Nommez d'abord son remplaçant.", "Name another.", "account_id"
    )
    refused = principal.post(f"{_SPACE}/delegues/{PERSON}/retrait")
    assert (refused.status_code, "Nommez d&#39;abord son remplaçant." in refused.text) == (422, True)


def account(**more: object) -> payouts_pb2.GetPartnerAccountResponse:
    fields = {"partner_id": "p1", "owed_cents": 4500, "held_cents": 1500, "paid_cents": 75000, **more}
    return payouts_pb2.GetPartnerAccountResponse(**fields)  # type: ignore[arg-type]  # as said


def test_what_is_owed_held_and_paid_is_shown_with_its_statements(principal: Browser, services: FakeServices) -> None:
    """The last transfer first, with its period; a hold says why and leads to what ends it."""
    line = payouts_pb2.PaidRemittance(
        run_id="r1", amount_cents=75000, reference="ATOUTS-1", scheme=SCHEME, season=SEASON,
        period_start="2025-09-01", period_end="2025-09-30", issued_at=_AT,
    )  # fmt: skip
    hold = payouts_pb2.Hold(code="missing_iban", reason="Aucun IBAN vérifié.")
    services.answers["GetPartnerAccount"] = account(remittances=[line], holds=[hold])
    services.answers["ListMyPartners"] = mine(partner(iban_state=organisations_pb2.IBAN_STATE_MISSING))
    page = principal.get(f"{_SPACE}/versements").text
    for words in ("45,00", "15,00", "750,00", "Dispositif Imaginaire, du 01/09/2025 au 30/09/2025", "03/10/2025"):
        assert words in page
    assert f'Aucun IBAN vérifié. <a href="{_SPACE}/iban">' in page
    for name in ("pdf", "csv"):
        assert f'href="{_SPACE}/versements/r1/releve.{name}"' in page


@pytest.mark.parametrize(
    ("name", "form"), [("pdf", payouts_pb2.STATEMENT_FORMAT_PDF), ("csv", payouts_pb2.STATEMENT_FORMAT_CSV)]
)
def test_a_statement_is_a_file_to_keep(
    principal: Browser, services: FakeServices, name: str, form: payouts_pb2.StatementFormat
) -> None:
    """Of one's own partner, in the form that was asked for."""
    services.answers["GetStatement"] = payouts_pb2.GetStatementResponse(
        content=b"octets", media_type="text/csv", filename=f"releve.{name}"
    )
    file = principal.get(f"{_SPACE}/versements/r1/releve.{name}")
    assert (file.content, file.headers["content-disposition"][:10]) == (b"octets", "attachment")
    assert services.last.request == payouts_pb2.GetStatementRequest(run_id="r1", partner_id="p1", format=form)


def test_bons_plans_are_listed_in_every_state_with_the_reason_of_a_refusal(
    principal: Browser, services: FakeServices
) -> None:
    """What was written is shown as text."""
    rejected = offer(offers_pb2.OFFER_STATE_REJECTED)
    rejected.reason = "Précisez l'adresse."
    services.answers["ListPartnerOffers"] = offers_pb2.ListPartnerOffersResponse(offers=[rejected])
    page = principal.get(f"{_SPACE}/bons-plans").text
    for words in ("Répétition &lt; ouverte &gt;", "Refusé", "Précisez l&#39;adresse."):
        assert words in page


def test_names_are_shown_after_the_closing_only(principal: Browser, services: FakeServices) -> None:
    """Until then codes; after it presence is noted, of those who have a place."""
    entry = registrations_pb2.Registrant(
        registration_id="g1", state=registrations_pb2.REGISTRATION_STATE_WON, attendance_code="CODE-1"
    )
    services.answers["ListRegistrants"] = registrations_pb2.ListRegistrantsResponse(registrants=[entry])
    services.answers["ListPartnerOffers"] = offers_pb2.ListPartnerOffersResponse(
        offers=[offer(offers_pb2.OFFER_STATE_PUBLISHED)]
    )
    before = principal.get(f"{_SPACE}/bons-plans/o1").text
    assert "CODE-1" in before
    assert "Les noms paraissent après la clôture" in before
    assert "/presences/" not in before

    entry.name = "Zoé Fictiveau"
    services.answers["ListRegistrants"] = registrations_pb2.ListRegistrantsResponse(registrants=[entry])
    services.answers["ListPartnerOffers"] = offers_pb2.ListPartnerOffersResponse(
        offers=[offer(offers_pb2.OFFER_STATE_CLOSED)]
    )
    assert "Zoé Fictiveau" in principal.get(f"{_SPACE}/bons-plans/o1").text
    done = principal.post(f"{_SPACE}/bons-plans/o1/presences/g1", {"came": "non"})
    assert done.headers["location"] == f"{_SPACE}/bons-plans/o1?fait=note"
    assert sent(services, "RecordAttendance") == [
        registrations_pb2.RecordAttendanceRequest(
            offer_id="o1", partner_id="p1", registration_id="g1", attendance=registrations_pb2.ATTENDANCE_ABSENT
        )
    ]


def test_a_draw_is_offered_where_the_rulebook_lets_the_partner(
    principal: Browser, services: FakeServices, in_season: None
) -> None:
    """In this scheme the authority alone has draws run."""
    drawn = offer(offers_pb2.OFFER_STATE_CLOSED, offers_pb2.OFFER_KIND_DRAW)
    services.answers["ListPartnerOffers"] = offers_pb2.ListPartnerOffersResponse(offers=[drawn])
    page = principal.get(f"{_SPACE}/bons-plans/o1").text
    assert "Par tirage au sort" in page
    assert "Tirer au sort</button>" not in page


def test_a_bon_plan_is_proposed_under_the_form_s_own_key(
    principal: Browser, services: FakeServices, in_season: None
) -> None:
    """With hours of Paris and an amount as people write it; ways and themes are the rulebook's."""
    path = f"{_SPACE}/bons-plans/nouveau/{_RULED[0]}/{_RULED[1]}"
    page = principal.get(path).text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key
    assert 'value="draw"' not in page
    assert ">Engagement citoyen</option>" in page
    form = {**_FORM, "idempotency_key": key[1]}
    assert principal.post(path, form).headers["location"] == f"{_SPACE}/bons-plans?fait=propose"
    (request,) = sent(services, "SubmitOffer")
    assert (request.idempotency_key, request.value_cents, request.places) == (key[1], 1250, 20)  # type: ignore[attr-defined]  # of that RPC
    assert request.opens_at.ToJsonString() == "2025-10-06T07:00:00Z"  # type: ignore[attr-defined]  # of that RPC


def test_a_refused_bon_plan_comes_back_as_it_was_typed(
    principal: Browser, services: FakeServices, in_season: None
) -> None:
    """The sentence stands at the field, under the form's name for it."""
    services.answers["SubmitOffer"] = Answer(
        Status.INVALID_ARGUMENT, "text_refused", "Écrivez ce texte sans balise.", "No tags.", "text.title"
    )
    refused = principal.post(f"{_SPACE}/bons-plans/nouveau/{_RULED[0]}/{_RULED[1]}", _FORM)
    assert refused.status_code == 400
    assert 'href="#title">Écrivez ce texte sans balise.' in refused.text
    assert 'value="2025-10-06T09:00"' in refused.text
