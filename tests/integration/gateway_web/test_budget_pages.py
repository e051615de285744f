"""Staff's pages of budgets, corrections and suspensions, and what a suspended person reads."""

from __future__ import annotations

import pytest
from atouts.wallet.v1 import corrections_pb2, memberships_pb2, movements_pb2, seasons_pb2, suspensions_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_ID = "00000000-0000-4000-8000-000000000001"
_MEMBERSHIP = "00000000-0000-4000-8000-000000000002"
_ENVELOPE = seasons_pb2.Envelope(
    scheme="culture-sport", season="2025-2026", benefit="cinema", voted_cents=100_000, credited_cents=80_000,
    unallocated_cents=20_000, debited_cents=30_000, left_cents=50_000, thresholds_percent=[80, 100],
    announced_percent=80, waiting_members=3, waiting_cents=6_000,
)  # fmt: skip
_CORRECTION = corrections_pb2.Correction(
    correction_id=_ID, wallet_id=_ID, amount_cents=-1_250, reason="passage compté deux fois", proposed_by="ada"
)
_SUSPENSION = suspensions_pb2.Suspension(
    suspension_id=_ID, membership_id=_MEMBERSHIP, scheme="culture-sport", season="2025-2026", benefits=["cinema"],
    until="2026-06-30", reason="comportement signalé", in_force=True,
)  # fmt: skip


@pytest.fixture
def staff(browser: Browser) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    return browser


def test_budgets_show_what_was_voted_credited_and_who_waits(staff: Browser, services: FakeServices) -> None:
    """By the benefits' own titles, with the line a link away."""
    services.answers["ListEnvelopes"] = seasons_pb2.ListEnvelopesResponse(envelopes=[_ENVELOPE])
    page = staff.get("/agents/budgets").text
    for words in ("1 000,00", "800,00", "80 %", "3 pour", "/agents/budgets/culture-sport/2025-2026/cinema"):
        assert words in page.replace("\u202f", " ").replace("\u00a0", " ")


def test_administration_votes_a_budget_in_euros(browser: Browser, services: FakeServices) -> None:
    """A line without a budget can be chosen, millions are read as the French write them, and the key is the form's."""
    empty = seasons_pb2.Envelope(scheme="culture-sport", season="2025-2026", benefit="spectacle")
    services.answers["ListEnvelopes"] = seasons_pb2.ListEnvelopesResponse(envelopes=[empty])
    browser.sign_in(AccountKind.STAFF, roles=("audit",))
    assert "Voter un budget" not in browser.get("/agents/budgets").text
    browser.sign_in(AccountKind.STAFF, roles=("administration",))
    line = "culture-sport/2025-2026/spectacle"
    assert f'value="{line}"' in browser.get("/agents/budgets").text
    done = browser.post("/agents/budgets", {"idempotency_key": "k", "line": line, "amount": "1 250 000,50"})
    assert done.headers["location"] == "/agents/budgets?fait=vote"
    sent = services.last.request
    assert (sent.idempotency_key, sent.benefit, sent.amount_cents) == ("k", "spectacle", 125_000_050)
    for amount in ("", "-5", "1 000 000 000", "12,345"):
        refused = browser.post("/agents/budgets", {"idempotency_key": "k", "line": line, "amount": amount})
        assert refused.status_code == 422, amount


def test_the_line_names_who_is_first(staff: Browser, services: FakeServices) -> None:
    """In the order in which the service tells it."""
    members = [seasons_pb2.WaitingMember(membership_id=_MEMBERSHIP, amount_cents=2_000)]
    services.answers["ListWaitingMembers"] = seasons_pb2.ListWaitingMembersResponse(members=members)
    page = staff.get("/agents/budgets/culture-sport/2025-2026/cinema").text
    assert f"/agents/adhesions/{_MEMBERSHIP}" in page
    assert services.last.request.benefit == "cinema"


def test_a_correction_waits_for_a_second_person(staff: Browser, services: FakeServices) -> None:
    """The button sends a key; the wallet's refusal comes back as a sentence."""
    services.answers["SearchCorrections"] = corrections_pb2.SearchCorrectionsResponse(corrections=[_CORRECTION])
    page = staff.get("/agents/corrections").text
    assert "passage compté deux fois" in page
    assert "Retirer" in page
    done = staff.post(f"/agents/corrections/{_ID}/confirmer", {"idempotency_key": "k-1"})
    assert done.headers["location"] == "/agents/corrections?fait=confirmee"
    sent = next(each.request for each in services.calls if each.rpc == "ConfirmCorrection")
    assert (sent.correction_id, sent.idempotency_key) == (_ID, "k-1")
    refusal = Answer(Status.FAILED_PRECONDITION, "second_person_needed", "Une autre personne doit la confirmer.", "No.")
    services.answers["ConfirmCorrection"] = refusal
    assert (
        "Une autre personne doit la confirmer."
        in staff.post(f"/agents/corrections/{_ID}/confirmer", {"idempotency_key": "k-2"}).text
    )


def test_staff_propose_a_correction_in_euros(staff: Browser, services: FakeServices) -> None:
    """12,50 to take away is -1250 cents; the membership's wallets are the choices."""
    wallet = movements_pb2.Wallet(
        wallet_id=_ID, title="Cinéma", benefit="cinema", balance_cents=2_000, spend_until="2026-06-30"
    )
    services.answers["ListMembershipWallets"] = corrections_pb2.ListMembershipWalletsResponse(wallets=[wallet])
    assert "Cinéma" in staff.get(f"/agents/adhesions/{_MEMBERSHIP}").text
    values = {"idempotency_key": "k", "wallet_id": _ID, "direction": "retirer", "amount": "12,50", "reason": "erreur"}
    staff.post(f"/agents/adhesions/{_MEMBERSHIP}/corrections", values)
    assert services.last.rpc == "ProposeCorrection"
    assert (services.last.request.amount_cents, services.last.request.uses) == (-1_250, 0)


def test_staff_suspend_follow_and_lift(staff: Browser, services: FakeServices) -> None:
    """Days as people write them; letters as the browser's calendar sends them."""
    values = {"benefits": "cinema", "until": "31/01/2026", "reason": "comportement signalé"}
    staff.post(f"/agents/adhesions/{_MEMBERSHIP}/suspensions", values)
    assert (services.last.request.until, list(services.last.request.benefits)) == ("2026-01-31", ["cinema"])
    services.answers["SearchSuspensions"] = suspensions_pb2.SearchSuspensionsResponse(suspensions=[_SUSPENSION])
    assert "comportement signalé" in staff.get("/agents/suspensions").text
    letters = staff.post(
        f"/agents/suspensions/{_ID}/lettres", {"notified_on": "2025-10-04", "appealed_on": "2025-10-20"}
    )
    assert letters.headers["location"] == "/agents/suspensions?fait=notees"
    assert (services.last.request.notified_on, services.last.request.answered_on) == ("2025-10-04", "")
    assert staff.post(f"/agents/suspensions/{_ID}/lever").headers["location"] == "/agents/suspensions?fait=levee"


def test_a_suspended_person_reads_why(browser: Browser, services: FakeServices) -> None:
    """On their own page, with the last day; one that is over is not shown."""
    browser.sign_in(AccountKind.YOUNG)
    over = suspensions_pb2.Suspension(scheme="culture-sport", season="2025-2026", until="2025-09-01", reason="ancien")
    services.answers["ListSuspensions"] = suspensions_pb2.ListSuspensionsResponse(suspensions=[_SUSPENSION, over])
    page = browser.get("/mon-espace").text
    assert "comportement signalé" in page
    assert "ancien" not in page


def test_a_fee_is_cashed_by_cheque_or_let_go(browser: Browser, services: FakeServices) -> None:
    """Where the membership waits for it: payments does both, administration lets go."""
    waiting = memberships_pb2.Membership(
        membership_id=_MEMBERSHIP, fee_cents=3_000, fee_state=memberships_pb2.FEE_STATE_CHEQUE_ANNOUNCED,
        state=memberships_pb2.MEMBERSHIP_STATE_AWAITING_PAYMENT,
    )  # fmt: skip
    services.answers["SearchMemberships"] = memberships_pb2.SearchMembershipsResponse(memberships=[waiting])
    path = f"/agents/adhesions/{_MEMBERSHIP}"
    for role, cashes, grants in (("payments", True, True), ("administration", False, True), ("support", False, False)):
        browser.sign_in(AccountKind.STAFF, roles=(role,))
        page = browser.get(path).text
        assert "chèque annoncé" in page
        assert ("Enregistrer le chèque" in page, "Offrir l’adhésion" in page) == (cashes, grants), role
    browser.sign_in(AccountKind.STAFF, roles=("payments",))
    cashed = browser.post(f"{path}/cheque", {"idempotency_key": "k", "reference": "0012345"})
    assert cashed.headers["location"] == f"{path}?fait=cheque"
    assert (services.last.request.membership_id, services.last.request.reference) == (_MEMBERSHIP, "0012345")
    free = browser.post(f"{path}/gratuite", {"idempotency_key": "k", "reason": "Situation de rupture."})
    assert free.headers["location"] == f"{path}?fait=offerte"
    assert services.last.request.reason == "Situation de rupture."
    waiting.state = memberships_pb2.MEMBERSHIP_STATE_ACTIVE
    services.answers["SearchMemberships"] = memberships_pb2.SearchMembershipsResponse(memberships=[waiting])
    assert "Offrir l’adhésion" not in browser.get(path).text
