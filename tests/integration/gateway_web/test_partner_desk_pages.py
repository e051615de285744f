"""Partners' files, IBANs, proofs and holds, as staff work on them."""

from __future__ import annotations

import pytest
from atouts.partner.v1 import accreditations_pb2, organisations_pb2, proofs_pb2
from atouts.payout.v1 import messages_pb2
from atouts.wallet.v1 import debits_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from rulebooks.vocabulary import PARTNER
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser
from tests.integration.gateway_web.partners import TERMS

_DOCUMENT = organisations_pb2.Document(document_id="doc1", kind="rib", filename="rib.pdf", size_bytes=2_048)
_IBAN = organisations_pb2.WaitingIban(
    partner_id="p1", public_name="Cinéma Imaginaire", legal_name="SARL Imaginaire", iban="FR7630001007941234567890185",
    holder="SARL Imaginaire", version=3, documents=[_DOCUMENT],
)  # fmt: skip
_PARTNER = organisations_pb2.Partner(
    partner_id="p1", public_name="Cinéma Imaginaire", legal_name="SARL Imaginaire", documents=[_DOCUMENT],
    iban_state=organisations_pb2.IBAN_STATE_VERIFIED, iban_tail="0185",
    accreditations=[
        accreditations_pb2.Accreditation(
            accreditation_id="a1", scheme="culture-sport", season="2025-2026", category="cinema",
            state=accreditations_pb2.ACCREDITATION_STATE_GRANTED,
        ),
        accreditations_pb2.Accreditation(
            accreditation_id="a2", scheme="culture-sport", season="2025-2026", category="pratique",
            state=accreditations_pb2.ACCREDITATION_STATE_WITHDRAWN, withdrawal_pending=True, reason="Fermé.",
        ),
    ],
)  # fmt: skip
_HOLD = messages_pb2.Hold(hold_id="h1", partner_id="p1", code="staff", reason="Contrôle en cours.")
_FILE = "/agents/structures/p1"


@pytest.fixture
def staff(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    services.answers |= {
        "ListWaitingIbans": organisations_pb2.ListWaitingIbansResponse(accounts=[_IBAN]),
        "GetPartner": organisations_pb2.GetPartnerResponse(partner=_PARTNER),
        "ListPartnerTerms": TERMS,
        "GetPartnerAccount": messages_pb2.GetPartnerAccountResponse(owed_cents=12_300, held_cents=300, holds=[_HOLD]),
        "ListHolds": messages_pb2.ListHoldsResponse(
            holds=[_HOLD, messages_pb2.Hold(hold_id="h2", partner_id="p2", code="missing_iban", reason="Sans IBAN.")]
        ),
    }
    return browser


def test_an_iban_is_shown_beside_its_holder_and_the_documents(staff: Browser) -> None:
    """In fours, as on the bank's paper, with what to compare it with."""
    assert 'href="/agents/ibans/p1"' in staff.get("/agents/ibans").text
    page = staff.get("/agents/ibans/p1").text
    for words in ("FR76 3000 1007 9412 3456 7890 185", "SARL Imaginaire", "RIB au nom de", f"{_FILE}/documents/doc1"):
        assert words in page


@pytest.mark.parametrize(("decision", "accept"), [("accepter", True), ("refuser", False)])
def test_an_iban_is_decided_as_it_was_seen(staff: Browser, services: FakeServices, decision: str, accept: bool) -> None:
    """The version that was looked at goes with the decision; only a refusal says why."""
    assert 'name="version" value="3"' in staff.get("/agents/ibans/p1").text
    staff.post("/agents/ibans/p1", {"decision": decision, "reason": "RIB illisible.", "version": "3"})
    sent = services.last.request
    assert (sent.partner_id, sent.accept, sent.version) == ("p1", accept, 3)
    assert sent.reason == ("" if accept else "RIB illisible.")


def test_an_iban_that_was_replaced_meanwhile_is_not_decided(staff: Browser, services: FakeServices) -> None:
    """The service's sentence, on the page with the number that waits now."""
    refusal = Answer(Status.FAILED_PRECONDITION, "no_iban_to_verify", "Il n'attend plus.", "Not any more.")
    services.answers["VerifyIban"] = refusal
    refused = staff.post("/agents/ibans/p1", {"decision": "accepter", "version": "2"})
    assert "Il n&#39;attend plus." in refused.text
    services.answers["ListWaitingIbans"] = organisations_pb2.ListWaitingIbansResponse()
    assert staff.get("/agents/ibans/p1").status_code == 404


def test_a_partner_s_file_says_what_it_is_and_what_it_is_owed(staff: Browser) -> None:
    """Accreditations with where they stand, a withdrawal that does not bite yet, the tail of the IBAN, holds."""
    page = staff.get(_FILE).text.replace("\u202f", " ").replace("\u00a0", " ")
    for words in (
        "Accordé", "Retiré", "La caisse n’a pas encore répondu", "Motif : Fermé.", "qui finit par 0185", "123,00 €",
        "3,00 €", "Contrôle en cours.",
    ):  # fmt: skip
        assert words in page
    assert "FR76" not in page


def test_money_is_shown_to_those_who_read_payouts(browser: Browser, staff: Browser, services: FakeServices) -> None:
    """Instruction withdraws and sees no amount; payments holds back and withdraws nothing."""
    for role, money, withdraws in (("instruction", False, True), ("payments", True, False)):
        services.calls.clear()
        browser.sign_in(AccountKind.STAFF, roles=(role,))
        page = browser.get(_FILE).text
        assert ("Retenir les versements" in page, "Retirer un agrément" in page) == (money, withdraws), role
        assert ("GetPartnerAccount" in [each.rpc for each in services.calls]) is money


@pytest.mark.parametrize(("effective", "done"), [(True, "retire"), (False, "retrait-en-cours")])
def test_a_withdrawal_is_said_to_bite_once_it_does(
    staff: Browser, services: FakeServices, effective: bool, done: str
) -> None:
    """Only a granted accreditation is offered; the till may still be to answer."""
    page = staff.get(_FILE).text
    assert '<option value="a1">' in page
    assert '<option value="a2">' not in page
    services.answers["WithdrawAccreditation"] = accreditations_pb2.WithdrawAccreditationResponse(effective=effective)
    answer = staff.post(f"{_FILE}/retrait", {"accreditation_id": "a1", "withdrawal_reason": "Activité arrêtée."})
    assert answer.headers["location"] == f"{_FILE}?fait={done}"
    sent = services.last.request
    assert (sent.accreditation_id, sent.reason) == ("a1", "Activité arrêtée.")


def test_a_withdrawal_without_a_reason_is_asked_for_one(staff: Browser, services: FakeServices) -> None:
    refused = staff.post(f"{_FILE}/retrait", {"accreditation_id": "a1"})
    assert refused.status_code == 422
    assert "WithdrawAccreditation" not in [each.rpc for each in services.calls]


def test_what_staff_alone_may_say_is_noted_with_a_reason(staff: Browser, services: FakeServices) -> None:
    """Yes or no to one of the vocabulary's own; another name never reaches the service."""
    form = {"name": "region_exception", "said": "oui", "fact_reason": "Aucune salle à vingt kilomètres."}
    assert staff.post(f"{_FILE}/faits", form).headers["location"] == f"{_FILE}?fait=note"
    sent = services.last.request
    assert (sent.partner_id, sent.fact.name, sent.fact.flag, sent.reason) == (
        "p1", "region_exception", True, "Aucune salle à vingt kilomètres.",
    )  # fmt: skip
    services.calls.clear()
    assert staff.post(f"{_FILE}/faits", {**form, "name": "activity"}).status_code == 422
    assert "RecordStaffFact" not in [each.rpc for each in services.calls]
    noted = organisations_pb2.Partner(partner_id="p1")
    noted.staff_facts.add(name="region_exception", flag=True)
    services.answers["GetPartner"] = organisations_pb2.GetPartnerResponse(partner=noted)
    assert "Dérogation pour zone blanche : oui" in staff.get(_FILE).text


def test_every_fact_of_staff_is_yes_or_no() -> None:
    """The page asks nothing else."""
    assert {type(fact.unknown) for fact in PARTNER.values() if fact.told_by == "staff"} == {bool}


def test_payouts_are_held_back_on_the_partner_s_file_and_let_go_on_the_list(
    staff: Browser, services: FakeServices
) -> None:
    """A hold that ends by itself has no button."""
    held = staff.post(f"{_FILE}/retenue", {"hold_reason": "Contrôle en cours."})
    assert held.headers["location"] == f"{_FILE}?fait=retenu"
    assert (services.last.request.partner_id, services.last.request.reason) == ("p1", "Contrôle en cours.")
    page = staff.get("/agents/retenues").text
    assert "/agents/retenues/h1/lever" in page
    assert "/agents/retenues/h2/lever" not in page
    assert "Finit d’elle-même" in page
    assert staff.post("/agents/retenues/h1/lever").headers["location"] == "/agents/retenues?fait=levee"
    assert services.last.request.hold_id == "h1"


def test_holds_that_were_lifted_are_asked_for(staff: Browser, services: FakeServices) -> None:
    staff.get("/agents/retenues")
    staff.get("/agents/retenues?etat=toutes")
    assert [each.request.lifted for each in services.calls if each.rpc == "ListHolds"] == [False, True]


def test_a_day_s_debits_lead_to_a_clawback(staff: Browser, services: FakeServices) -> None:
    """By their reference; what is cancelled leads nowhere."""
    debits = [
        debits_pb2.PartnerDebit(debit_id="d1", scheme="culture-sport", season="2025-2026", amount_cents=650),
        debits_pb2.PartnerDebit(debit_id="d2", amount_cents=700, cancelled=True),
    ]
    services.answers["ListPartnerDebits"] = debits_pb2.ListPartnerDebitsResponse(debits=debits)
    page = staff.get(f"{_FILE}?jour=2025-09-12").text
    assert 'href="/agents/reversements?operation=d1"' in page
    assert "operation=d2" not in page
    asked = services.last.request
    assert (asked.partner_id, asked.from_day, asked.to_day) == ("p1", "2025-09-12", "2025-09-12")
    assert 'value="d1"' in staff.get("/agents/reversements?operation=d1").text


def test_partners_are_found_again_by_where_they_stand(staff: Browser, services: FakeServices) -> None:
    """What is decided leads to the partner's file."""
    found = accreditations_pb2.Application(accreditation=_PARTNER.accreditations[0], public_name="Cinéma Imaginaire")
    found.accreditation.partner_id = "p1"
    services.answers["ListApplications"] = accreditations_pb2.ListApplicationsResponse(applications=[found])
    assert 'href="/agents/partenaires/a1"' in staff.get("/agents/partenaires").text
    assert f'href="{_FILE}"' in staff.get("/agents/partenaires?etat=accordes").text
    asked = [each.request.state for each in services.calls if each.rpc == "ListApplications"]
    assert asked == [accreditations_pb2.ACCREDITATION_STATE_SUBMITTED, accreditations_pb2.ACCREDITATION_STATE_GRANTED]


def test_a_proof_is_read_with_what_the_rulebook_asks_and_decided(staff: Browser, services: FakeServices) -> None:
    """By its place; the next one comes from the list."""
    proof = proofs_pb2.PayoutProof(
        partner_id="p1", scheme="s", season="2025-2026", hold_code="licence", document_id="doc1", public_name="Cinéma"
    )
    services.answers["ListPayoutProofs"] = proofs_pb2.ListPayoutProofsResponse(proofs=[proof])
    path = "/agents/justificatifs/p1/s/2025-2026/licence"
    assert f'href="{path}"' in staff.get("/agents/justificatifs").text
    assert f"{_FILE}/documents/doc1" in staff.get(path).text
    done = staff.post(path, {"decision": "refuser", "reason": "Licence périmée."})
    assert done.headers["location"] == "/agents/justificatifs?fait=refuse"
    sent = services.last.request
    assert (sent.partner_id, sent.scheme, sent.season, sent.hold_code, sent.accept, sent.reason) == (
        "p1", "s", "2025-2026", "licence", False, "Licence périmée.",
    )  # fmt: skip
    services.answers["ListPayoutProofs"] = proofs_pb2.ListPayoutProofsResponse()
    assert staff.get(path).status_code == 404
