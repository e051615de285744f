"""The payments officers' pages: runs, one of them with its transfers, proposed by one and approved by another."""

from __future__ import annotations

import re

import pytest
from atouts.partner.v1 import organisations_pb2
from atouts.payout.v1 import messages_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

_LINES = [
    pb.Remittance(partner_id="p1", amount_cents=75000, movements=60),
    pb.Remittance(partner_id="p2", amount_cents=2500, movements=2, held_for="missing_iban"),
]
_MORE = Answer(
    Status.FAILED_PRECONDITION, "amount_changed", "Le montant a changé : relisez-le.", "Changed.", "payable_cents"
)


def run(state: int, **more: str) -> pb.Run:
    return pb.Run(
        run_id="r1",
        scheme="dispositif",
        season="2025-2026",
        period_start="2025-09-01",
        period_end="2025-09-30",
        due_on="2025-10-16",
        state=pb.RunState.Name(state),
        payable_cents=75000,
        held_cents=2500,
        remittances=_LINES,
        **more,
    )


@pytest.fixture
def officer(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    named = organisations_pb2.LookUpPartnersResponse()
    named.partners.add(partner_id="p1", public_name="Cinéma Imaginaire", city="Caen")
    named.partners.add(partner_id="p2", public_name="Club Imaginaire", city="Caen")
    services.answers["LookUpPartners"] = named
    return browser


def shown(services: FakeServices, state: int, **more: str) -> str:
    """The path of a run in that state."""
    services.answers["GetRun"] = pb.GetRunResponse(run=run(state, **more))
    return "/agents/remboursements/r1"


def key(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_runs_are_listed_with_what_is_to_do(officer: Browser, services: FakeServices) -> None:
    services.answers["ListRuns"] = pb.ListRunsResponse(runs=[run(pb.RUN_STATE_PREPARED), run(pb.RUN_STATE_ISSUED)])
    page = officer.get("/agents/remboursements").text
    for words in ("01/09/2025 au 30/09/2025", "À proposer", "Émis", "750,00", "25,00", "16/10/2025"):
        assert words in page
    assert 'href="/agents/remboursements/r1"' in page


def test_a_run_shows_each_transfer_and_why_one_is_held(officer: Browser, services: FakeServices) -> None:
    page = officer.get(shown(services, pb.RUN_STATE_PREPARED)).text
    for words in ("Cinéma Imaginaire (Caen)", "Retenu : pas d’IBAN vérifié", "Les 2 virements"):
        assert words in page
    assert "bordereaux" not in page


def test_a_run_is_proposed_under_the_forms_own_key(officer: Browser, services: FakeServices) -> None:
    path = shown(services, pb.RUN_STATE_PREPARED)
    sent_key = key(officer.get(path).text)
    done = officer.post(f"{path}/proposer", {"idempotency_key": sent_key})
    assert done.headers["location"] == f"{path}?fait=propose"
    assert (services.last.request.run_id, services.last.request.idempotency_key) == ("r1", sent_key)


def test_who_proposed_a_run_is_offered_no_approval(officer: Browser, services: FakeServices) -> None:
    mine = officer.get(shown(services, pb.RUN_STATE_PROPOSED, proposed_by=PERSON)).text
    assert "une autre personne doit l’approuver" in mine
    assert "Approuver 750,00" not in mine
    assert "Approuver 750,00" in officer.get(shown(services, pb.RUN_STATE_PROPOSED, proposed_by="someone")).text


def test_an_approval_says_what_was_seen(officer: Browser, services: FakeServices) -> None:
    """A run that changed meanwhile is refused, with the service's sentence."""
    path = shown(services, pb.RUN_STATE_PROPOSED, proposed_by="someone")
    form = {"idempotency_key": key(officer.get(path).text), "payable_cents": "75000"}
    assert officer.post(f"{path}/approuver", form).headers["location"] == f"{path}?fait=approuve"
    assert services.last.request.payable_cents == 75000
    services.answers["ApproveRun"] = _MORE
    refused = officer.post(f"{path}/approuver", form)
    assert (refused.status_code, "Le montant a changé : relisez-le." in refused.text) == (422, True)


def test_an_issued_run_gives_its_files(officer: Browser, services: FakeServices) -> None:
    """The bank's, and each paid partner's statement; none for who is held."""
    path = shown(services, pb.RUN_STATE_ISSUED)
    page = officer.get(path).text
    assert f'href="{path}/fichier"' in page
    assert f'href="{path}/bordereaux/p1"' in page
    assert "bordereaux/p2" not in page
    services.answers["GetSepaFile"] = pb.GetSepaFileResponse(filename="septembre.xml", content=b"<Document/>")
    file = officer.get(f"{path}/fichier")
    assert (file.content, "septembre.xml" in file.headers["content-disposition"]) == (b"<Document/>", True)
    services.answers["GetStatement"] = pb.GetStatementResponse(filename="p1.pdf", content=b"%PDF", media_type="x")
    assert officer.get(f"{path}/bordereaux/p1").headers["content-type"] == "application/pdf"
    assert services.last.request.format == pb.STATEMENT_FORMAT_PDF


def test_days_that_are_not_counted_alike_are_shown(officer: Browser, services: FakeServices) -> None:
    counting = run(pb.RUN_STATE_COUNTING)
    counting.gaps.add(day="2025-09-12", wallet_sum_cents=1200, own_sum_cents=700)
    services.answers["GetRun"] = pb.GetRunResponse(run=counting)
    page = officer.get("/agents/remboursements/r1").text
    assert "12 septembre 2025" in page
    assert "Proposer" not in page
