"""Clawbacks: decided by two persons, written by the wallet, and borne by the partner's next remittance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from atouts.payout.v1 import messages_pb2 as pb

from chassis import pdfs
from chassis.personal_data import Standing
from services.payout.adapters import pain001
from services.payout.application.verification import verify
from services.payout.domain.errors import (
    ClawbackAboveDebit,
    ClawbackDecided,
    ClawbackOfCancelledDebit,
    OwnClawback,
    PayoutRefused,
    UnknownClawback,
    UnknownMovement,
)
from services.payout.store import erasure
from tests.integration.payout.stage import ANNE, BRUNO, Stage, partner

MONDAY = date(2025, 9, 8)
_WEEK = timedelta(weeks=1)


@pytest.fixture
def paid(stage: Stage) -> tuple[Stage, str, str]:
    """A partner who was paid 50 €; and the debit."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    debit_id = stage.debit(shop, 5_000, date(2025, 9, 2))
    stage.move_to(MONDAY)
    stage.issue(stage.runs("prepared")[0])
    return stage, shop, debit_id


def held(stage: Stage) -> list[str]:
    """Rules of `verify` that do not hold."""
    done = stage.run(lambda work: verify(work, stage.parts.catalogue, stage.parts.files))
    return [f"{finding.check}: {finding.detail}" for finding in done.findings if not finding.held]


def states(stage: Stage) -> list[str]:
    listed = stage.call("ListClawbacks", pb.ListClawbacksRequest()).clawbacks
    return [pb.ClawbackState.Name(each.state).removeprefix("CLAWBACK_STATE_").lower() for each in listed]


def test_the_next_remittance_is_reduced_by_what_is_clawed_back(paid: tuple[Stage, str, str]) -> None:
    """The statement names it, the transfer file pays the rest, and every cent is told once."""
    stage, shop, debit_id = paid
    proposed = stage.propose_clawback(debit_id, 1_200)
    approved = stage.approve_clawback(proposed.clawback_id)
    assert approved.state == pb.CLAWBACK_STATE_APPROVED
    assert stage.account(shop).owed_cents == 0
    stage.play_due()
    assert (states(stage), stage.account(shop).owed_cents) == (["recorded"], -1_200)
    stage.debit(shop, 3_000, date(2025, 9, 9))
    stage.move_to(MONDAY + _WEEK)
    run = stage.issue(stage.runs("prepared")[0])
    content = stage.call("GetSepaFile", pb.GetSepaFileRequest(run_id=run.run_id)).content
    assert pain001.read_totals(content).sum_cents == 1_800
    request = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop)
    lines = stage.call("GetStatement", request).content.decode().splitlines()
    clawback = next(line for line in lines if "Reversement" in line)
    assert clawback.endswith(";-12,00")
    assert lines[-1].endswith(";18,00")
    request.format = pb.STATEMENT_FORMAT_PDF
    assert stage.call("GetStatement", request).media_type == pdfs.MEDIA_TYPE
    account = stage.account(shop)
    assert (account.paid_cents, account.owed_cents) == (6_800, 0)
    assert held(stage) == []


def test_a_clawback_names_the_remittance_that_bears_it(paid: tuple[Stage, str, str]) -> None:
    """Empty while it waits for a run, then that run and the reference on the transfer."""
    stage, shop, debit_id = paid
    stage.approve_clawback(stage.propose_clawback(debit_id, 1_200).clawback_id)
    stage.play_due()
    (waiting,) = stage.call("ListClawbacks", pb.ListClawbacksRequest()).clawbacks
    assert (waiting.run_id, waiting.remittance_reference) == ("", "")
    stage.debit(shop, 3_000, date(2025, 9, 9))
    stage.move_to(MONDAY + _WEEK)
    run = stage.issue(stage.runs("prepared")[0])
    (borne,) = stage.call("ListClawbacks", pb.ListClawbacksRequest()).clawbacks
    (line,) = run.remittances
    assert (borne.run_id, borne.remittance_reference) == (run.run_id, line.reference)


def test_what_exceeds_waits_for_later_debits(paid: tuple[Stage, str, str]) -> None:
    """No transfer is negative, and none is of nothing: the next run that is above it pays the difference."""
    stage, shop, debit_id = paid
    stage.approve_clawback(stage.propose_clawback(debit_id, 5_000).clawback_id)
    stage.play_due()
    stage.debit(shop, 3_000, date(2025, 9, 9))
    stage.move_to(MONDAY + _WEEK)
    assert stage.runs("prepared") == []
    assert stage.account(shop).owed_cents == -2_000
    stage.debit(shop, 2_500, date(2025, 9, 16))
    stage.move_to(MONDAY + 2 * _WEEK)
    assert stage.issue(stage.runs("prepared")[0]).payable_cents == 500
    assert held(stage) == []


def test_the_wallet_away_keeps_a_clawback_on_its_way(paid: tuple[Stage, str, str]) -> None:
    """Approved, and nothing deducted before the ledger has it; told once the wallet is back, and once only."""
    stage, shop, debit_id = paid
    clawback_id = stage.propose_clawback(debit_id, 700).clawback_id
    stage.wallet.is_away = True
    stage.approve_clawback(clawback_id)
    stage.play_due()
    assert (states(stage), stage.account(shop).owed_cents) == (["approved"], 0)
    stage.wallet.is_away = False
    stage.play_due()
    stage.play_due()
    assert (states(stage), stage.account(shop).owed_cents) == (["recorded"], -700)
    assert list(stage.wallet.clawed_back) == [clawback_id]


def test_the_wallet_refuses_what_was_undone_meanwhile(paid: tuple[Stage, str, str]) -> None:
    """Its reason is kept, and nothing is deducted twice."""
    stage, shop, debit_id = paid
    clawback_id = stage.propose_clawback(debit_id, 700).clawback_id
    stage.cancel(debit_id, heard=False)
    stage.approve_clawback(clawback_id)
    stage.play_due()
    (told,) = stage.call("ListClawbacks", pb.ListClawbacksRequest()).clawbacks
    assert (told.state, told.refused_for) == (pb.CLAWBACK_STATE_REFUSED, "already_cancelled")
    assert stage.account(shop).owed_cents == 0


def test_one_key_approves_once_and_a_decision_is_made_once(paid: tuple[Stage, str, str]) -> None:
    """The first answer again; who comes later is refused."""
    stage, _, debit_id = paid
    clawback_id = stage.propose_clawback(debit_id, 700).clawback_id
    assert stage.approve_clawback(clawback_id, key="k") == stage.approve_clawback(clawback_id, key="k")
    for decide in (
        lambda: stage.approve_clawback(clawback_id),
        lambda: stage.call("DropClawback", pb.DropClawbackRequest(clawback_id=clawback_id)),
    ):
        with pytest.raises(ClawbackDecided):
            decide()


def test_a_debit_is_open_while_a_clawback_of_it_is_under_way(paid: tuple[Stage, str, str]) -> None:
    """Whose debit it is may be erased once nothing of it is to come: decided, and in a transfer that was issued."""
    stage, _, debit_id = paid

    def is_open() -> int:
        standing: Standing = stage.run(lambda work: erasure.close(work, UUID(int=1), [UUID(debit_id)]))
        return standing.holds["payout_open"]

    assert is_open() == 0
    clawback_id = stage.propose_clawback(debit_id, 700).clawback_id
    assert is_open() == 1
    stage.call("DropClawback", pb.DropClawbackRequest(clawback_id=clawback_id))
    assert is_open() == 0


def test_a_dropped_clawback_leaves_its_debit_whole(paid: tuple[Stage, str, str]) -> None:
    """What it would have taken may be proposed again; together never more than the debit."""
    stage, _, debit_id = paid
    first = stage.propose_clawback(debit_id, 3_000)
    with pytest.raises(ClawbackAboveDebit):
        stage.propose_clawback(debit_id, 2_001)
    stage.call("DropClawback", pb.DropClawbackRequest(clawback_id=first.clawback_id))
    assert stage.propose_clawback(debit_id, 5_000).amount_cents == 5_000


@pytest.mark.parametrize(
    ("refused", "act"),
    [
        (UnknownMovement, lambda stage, _: stage.propose_clawback(partner(), 100)),
        (UnknownClawback, lambda stage, _: stage.approve_clawback(partner())),
        (OwnClawback, lambda stage, debit_id: stage.approve_clawback(
            stage.propose_clawback(debit_id, 100, BRUNO).clawback_id, BRUNO
        )),
        (ClawbackOfCancelledDebit, lambda stage, debit_id: (
            stage.cancel(debit_id), stage.propose_clawback(debit_id, 100, ANNE)
        )),
    ],
)  # fmt: skip
def test_what_is_no_clawback_is_refused(
    paid: tuple[Stage, str, str], refused: type[PayoutRefused], act: Callable[[Stage, str], object]
) -> None:
    """Each refusal is named, and nothing is deducted."""
    stage, _, debit_id = paid
    with pytest.raises(refused):
        act(stage, debit_id)
    assert "recorded" not in states(stage)


@pytest.mark.parametrize(
    ("rule", "tampering"),
    [
        ("what is clawed back is a part of a debit", "UPDATE accruals SET amount_cents = -9999 WHERE clawback"),
        ("a recorded clawback is one movement of its amount", "UPDATE clawbacks SET amount_cents = 1"),
        ("a recorded clawback is one movement of its amount", "DELETE FROM clawbacks"),
    ],
)
def test_verify_finds_a_clawback_that_was_changed(paid: tuple[Stage, str, str], rule: str, tampering: str) -> None:
    """By whoever can write the database."""
    stage, _, debit_id = paid
    stage.approve_clawback(stage.propose_clawback(debit_id, 700).clawback_id)
    stage.play_due()
    assert held(stage) == []
    stage.run(lambda work: work.session.execute(sa.text(tampering)))
    assert any(told.startswith(rule) for told in held(stage))
