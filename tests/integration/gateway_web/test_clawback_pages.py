"""What partners pay back, on staff's page: proposed by one, approved by another, borne by a remittance."""

from __future__ import annotations

import pytest
from atouts.partner.v1 import organisations_pb2
from atouts.payout.v1 import messages_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

_LIST = "/agents/reversements"
_FORM = {"idempotency_key": "k", "debit_id": "d1", "amount": "12,50", "reason": "Hors agrément."}


@pytest.fixture
def officer(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF, roles=("payments",))
    named = organisations_pb2.LookUpPartnersResponse()
    named.partners.add(partner_id="p1", public_name="Cinéma Imaginaire", city="Caen")
    services.answers["LookUpPartners"] = named
    return browser


def listed(services: FakeServices, state: int = pb.CLAWBACK_STATE_PROPOSED, **more: str) -> None:
    clawback = pb.Clawback(
        clawback_id="c1", debit_id="d1", partner_id="p1", amount_cents=1_250, reason="Hors agrément.", **more
    )
    clawback.state = pb.ClawbackState.Name(state)  # type: ignore[assignment]  # protobuf takes the name
    services.answers["ListClawbacks"] = pb.ListClawbacksResponse(clawbacks=[clawback])


def test_a_clawback_is_proposed_in_euros_under_the_form_s_key(officer: Browser, services: FakeServices) -> None:
    """12,50 is 1250 cents of the debit; nothing is sent twice."""
    done = officer.post(_LIST, _FORM)
    assert done.headers["location"] == f"{_LIST}?fait=propose"
    sent = services.last.request
    assert (sent.idempotency_key, sent.debit_id, sent.amount_cents, sent.reason) == (
        "k", "d1", 1_250, "Hors agrément.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (Answer(Status.NOT_FOUND, "unknown_debit", "Pas connue.", "Unknown.", "debit_id"), "debit_id"),
        (
            Answer(Status.FAILED_PRECONDITION, "clawback_above_debit", "Il ne reste que 5 €.", "x", "amount_cents"),
            "amount",
        ),
    ],
)
def test_a_refused_proposal_is_said_at_its_field(
    officer: Browser, services: FakeServices, refusal: Answer, field: str
) -> None:
    """What was typed stays."""
    services.answers["ProposeClawback"] = refusal
    page = officer.post(_LIST, _FORM).text
    assert f'id="{field}-erreur">{refusal.fr}' in page
    assert 'value="12,50"' in page


@pytest.mark.parametrize(("proposed_by", "approves"), [(PERSON, False), ("somebody-else", True)])
def test_who_proposed_is_not_offered_to_approve(
    officer: Browser, services: FakeServices, proposed_by: str, approves: bool
) -> None:
    """They may drop it; the service refuses them anyway."""
    listed(services, proposed_by=proposed_by)
    page = officer.get(_LIST).text
    assert ("Approuver 12,50" in page) is approves
    assert ("une autre personne doit l’approuver" in page) is not approves
    assert "Abandonner" in page
    assert "Cinéma Imaginaire (Caen)" in page


@pytest.mark.parametrize(
    ("path", "rpc", "done"),
    [("approuver", "ApproveClawback", "approuve"), ("abandonner", "DropClawback", "abandonne")],
)
def test_a_second_person_decides(officer: Browser, services: FakeServices, path: str, rpc: str, done: str) -> None:
    answer = officer.post(f"{_LIST}/c1/{path}", {"idempotency_key": "k"})
    assert answer.headers["location"] == f"{_LIST}?fait={done}"
    assert (services.last.rpc, services.last.request.clawback_id) == (rpc, "c1")


def test_decided_ones_say_where_they_stand_and_what_bears_them(officer: Browser, services: FakeServices) -> None:
    """The remittance by its reference, its run a link away; none yet is said too."""
    listed(services, pb.CLAWBACK_STATE_RECORDED, run_id="r1", remittance_reference="NOR-2025-17")
    page = officer.get(f"{_LIST}?etat=tous").text
    assert services.last.rpc == "LookUpPartners"
    for words in ("Au grand livre", "NOR-2025-17", 'href="/agents/remboursements/r1"'):
        assert words in page
    assert "Approuver" not in page
    listed(services, pb.CLAWBACK_STATE_RECORDED)
    assert "Aucun versement ne le porte encore." in officer.get(f"{_LIST}?etat=tous").text
    listed(services, pb.CLAWBACK_STATE_REFUSED, refused_for="already_cancelled")
    assert "a été annulée entre-temps" in officer.get(f"{_LIST}?etat=tous").text


def test_the_list_of_what_waits_asks_for_what_waits(officer: Browser, services: FakeServices) -> None:
    officer.get(_LIST)
    officer.get(f"{_LIST}?etat=tous")
    asked = [each.request.state for each in services.calls if each.rpc == "ListClawbacks"]
    assert asked == [pb.CLAWBACK_STATE_PROPOSED, pb.CLAWBACK_STATE_UNSPECIFIED]


def test_an_auditor_reads_and_is_offered_nothing(browser: Browser, services: FakeServices) -> None:
    """Neither to propose nor to decide."""
    browser.sign_in(AccountKind.STAFF, roles=("audit",))
    listed(services, proposed_by="somebody-else")
    page = browser.get(_LIST).text
    assert "Hors agrément." in page
    for button in ("Approuver", "Abandonner", "Proposer"):
        assert f">{button}" not in page
