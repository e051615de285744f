"""Who may see and decide: the policy with real grants."""

from __future__ import annotations

from datetime import date

import pytest
from atouts.payout.v1 import messages_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import NotAllowed
from chassis.grants import AUTHORITY_SCOPE, partner_scope
from tests.integration.payout.stage import Stage, partner

DELEGATE, AUDITOR = partner(), partner()


def test_a_delegate_sees_the_own_partners_account_and_statement_only(stage: Stage) -> None:
    """Another partner's account is refused to the same delegate."""
    shop, other = partner(), partner()
    stage.open_season()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, date(2025, 9, 8))
    stage.move_to(date(2025, 9, 15))
    (run,) = stage.runs("prepared")
    stage.issue(run)
    stage.grant(DELEGATE, partner_scope(shop), "cashier")
    as_delegate = {"by": DELEGATE, "kind": AccountKind.PARTNER}

    own = stage.call("GetPartnerAccount", pb.GetPartnerAccountRequest(partner_id=shop), **as_delegate)
    assert own.paid_cents == 1000
    (paid,) = own.remittances
    assert (paid.scheme, paid.season, paid.period_end) == (run.scheme, run.season, run.period_end)
    assert paid.issued_at.ToDatetime().date() == date(2025, 9, 15)
    statement = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop)
    assert b"10,00" in stage.call("GetStatement", statement, **as_delegate).content
    with pytest.raises(NotAllowed):
        stage.call("GetPartnerAccount", pb.GetPartnerAccountRequest(partner_id=other), **as_delegate)
    with pytest.raises(NotAllowed):
        stage.call("GetRun", pb.GetRunRequest(run_id=run.run_id), **as_delegate)


def test_audit_reads_and_decides_nothing(stage: Stage) -> None:
    """Only staff for payments propose, approve and hold."""
    stage.grant(AUDITOR, AUTHORITY_SCOPE, "audit")
    assert stage.call("ListRuns", pb.ListRunsRequest(), by=AUDITOR).runs == []
    with pytest.raises(NotAllowed):
        stage.propose(partner(), by=AUDITOR)
    with pytest.raises(NotAllowed):
        stage.call("PlaceHold", pb.PlaceHoldRequest(partner_id=partner(), reason="Contrôle."), by=AUDITOR)


def test_a_grant_that_was_taken_away_counts_no_more(stage: Stage) -> None:
    """As soon as its event is here, whatever the access token says; an older event changes nothing."""
    shop = partner()
    data = {"account_id": DELEGATE, "scope": partner_scope(shop)}
    as_delegate = {"by": DELEGATE, "kind": AccountKind.PARTNER}
    stage.deliver("partner", "grant_changed", data | {"roles": []}, version=2)
    stage.deliver("partner", "grant_changed", data | {"roles": ["manager"]}, version=1)
    with pytest.raises(NotAllowed):
        stage.call("GetPartnerAccount", pb.GetPartnerAccountRequest(partner_id=shop), **as_delegate)
