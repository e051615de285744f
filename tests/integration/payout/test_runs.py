"""A period from its count against the wallet to its transfer file."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date
from decimal import Decimal

import pytest
from atouts.payout.v1 import messages_pb2 as pb
from lxml import etree

from services.payout.adapters import pain001
from services.payout.domain import errors
from tests.integration.payout.stage import ANNE, BRUNO, IBANS, Stage, partner

MONDAY, THURSDAY = date(2025, 9, 8), date(2025, 9, 11)
NEXT_MONDAY, MONDAY_AFTER = date(2025, 9, 15), date(2025, 9, 22)
_SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture
def prepared(stage: Stage) -> pb.Run:
    """A run of one partner with an account, 12.50 € due."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, MONDAY)
    stage.debit(shop, 250, THURSDAY)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    return run


def test_a_run_waits_until_its_own_count_equals_the_wallets(stage: Stage) -> None:
    """A late event keeps the run counting, with the gap shown; the event's arrival lets it go on."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, MONDAY)
    late = stage.debit(shop, 250, THURSDAY, heard=False)

    stage.move_to(NEXT_MONDAY)

    (run,) = stage.runs()
    assert run.state == pb.RUN_STATE_COUNTING
    (gap,) = run.gaps
    assert (gap.day, gap.partner_id) == (THURSDAY.isoformat(), shop)
    assert (gap.wallet_count, gap.own_count, gap.wallet_sum_cents, gap.own_sum_cents) == (1, 0, 250, 0)

    stage.tell(late)
    stage.move_to(NEXT_MONDAY)

    (run,) = stage.runs()
    assert (run.state, run.payable_cents, list(run.gaps)) == (pb.RUN_STATE_PREPARED, 1250, [])
    assert (run.period_start, run.period_end, run.due_on) == ("2025-09-08", "2025-09-14", "2025-09-30")


def test_a_day_that_agreed_is_not_asked_again(stage: Stage) -> None:
    """The wallet is asked only for the days that still differ."""
    stage.open_season()
    stage.debit(partner(), 250, THURSDAY, heard=False)
    stage.move_to(NEXT_MONDAY)
    stage.wallet.counted.clear()
    stage.move_to(NEXT_MONDAY)
    assert stage.wallet.counted == [THURSDAY.isoformat()]


def test_a_run_shows_as_counting_while_the_wallet_is_away(stage: Stage) -> None:
    """An outage of the wallet delays the run and loses nothing."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, date(2025, 9, 2))
    stage.wallet.is_away = True
    assert stage.move_to(MONDAY) == 0
    assert [run.state for run in stage.runs()] == [pb.RUN_STATE_COUNTING]
    stage.wallet.is_away = False
    stage.move_to(MONDAY)
    assert [run.payable_cents for run in stage.runs("prepared")] == [1000]


def test_a_jump_of_the_clock_makes_each_weeks_own_run(stage: Stage) -> None:
    """Weeks without a movement leave no run."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.debit(shop, 100, date(2025, 9, 3))
    stage.debit(shop, 200, date(2025, 9, 17))
    stage.move_to(date(2025, 10, 6))
    seen = [(run.period_start, run.payable_cents) for run in stage.runs("prepared")]
    assert seen == [("2025-09-01", 100), ("2025-09-15", 200)]


def test_a_second_person_issues_a_file_that_passes_its_xsd(stage: Stage, prepared: pb.Run) -> None:
    """The file, read again: one transfer, its amount, its account, a day on which banks work."""
    issued = stage.issue(prepared)
    assert (issued.state, issued.proposed_by, issued.approved_by) == (pb.RUN_STATE_ISSUED, ANNE, BRUNO)

    sepa = stage.call("GetSepaFile", pb.GetSepaFileRequest(run_id=issued.run_id))
    pain001.validate(sepa.content)
    document = etree.fromstring(sepa.content)
    (remittance,) = issued.remittances

    def texts(path: str) -> list[str]:
        return [str(each.text) for each in document.iterfind(f".//p:{path}", _SPACE)]

    assert texts("GrpHdr/p:CtrlSum") == ["12.50"]
    assert texts("GrpHdr/p:NbOfTxs") == ["1"]
    assert texts("EndToEndId") == [remittance.reference]
    assert texts("CdtrAcct/p:Id/p:IBAN") == [IBANS[0]]
    assert texts("Cdtr/p:Nm") == ["Libr'OEuvre"]
    assert texts("ReqdExctnDt/p:Dt") == ["2025-09-30"]


def test_who_proposed_may_not_approve(stage: Stage, prepared: pb.Run) -> None:
    """Two persons, whatever their roles."""
    stage.propose(prepared.run_id, by=ANNE)
    with pytest.raises(errors.SecondPersonNeeded):
        stage.approve(prepared.run_id, by=ANNE)
    assert stage.see(prepared.run_id).state == pb.RUN_STATE_PROPOSED


def test_an_approver_who_saw_another_amount_is_refused(stage: Stage, prepared: pb.Run) -> None:
    """The refusal tells the amount of now, and changes nothing."""
    stage.propose(prepared.run_id)
    with pytest.raises(errors.RunChanged) as refused:
        stage.approve(prepared.run_id, cents=1249)
    assert refused.value.payable_cents == 1250
    assert stage.see(prepared.run_id).state == pb.RUN_STATE_PROPOSED


def test_a_run_is_approved_only_once_proposed_and_proposed_only_once(stage: Stage, prepared: pb.Run) -> None:
    """Each step has its order."""
    with pytest.raises(errors.RunNotProposed):
        stage.approve(prepared.run_id)
    stage.propose(prepared.run_id)
    with pytest.raises(errors.RunNotPrepared):
        stage.propose(prepared.run_id)


def test_the_same_key_gives_the_same_answer(stage: Stage, prepared: pb.Run) -> None:
    """Also when the run went on meanwhile; another request under the key is refused."""
    first = stage.propose(prepared.run_id, key="k1")
    issued = stage.approve(prepared.run_id, cents=1250, key="k2")
    assert stage.propose(prepared.run_id, key="k1") == first
    assert stage.approve(prepared.run_id, cents=1250, key="k2") == issued
    with pytest.raises(errors.IdempotencyKeyReused):
        stage.approve(prepared.run_id, cents=1, key="k2")


def test_a_statement_lists_each_movement_and_adds_up_to_the_transfer(stage: Stage) -> None:
    """A cancelled debit is told twice, once with a minus."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.debit(shop, 1999, MONDAY)
    cancelled = stage.debit(shop, 500, MONDAY)
    stage.cancel(cancelled)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    stage.issue(run)

    request = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop)
    content = stage.call("GetStatement", request).content.decode()

    heading, *lines, total = list(csv.reader(io.StringIO(content), delimiter=";"))
    amounts = [Decimal(line[-1].replace(",", ".")) for line in lines]
    assert heading == ["Date", "Heure", "Dispositif", "Avantage", "Référence", "Montant (€)"]
    assert sorted(amounts) == [Decimal("-5.00"), Decimal("5.00"), Decimal("19.99")]
    assert (total[0], total[-1]) == ("Total", "19,99")
    assert lines[0][0] == "08/09/2025"


def test_no_statement_before_the_run_is_issued(stage: Stage, prepared: pb.Run) -> None:
    """And none for a partner that the run does not pay."""
    partner_id = prepared.remittances[0].partner_id
    with pytest.raises(errors.RunNotIssued):
        stage.call("GetStatement", pb.GetStatementRequest(run_id=prepared.run_id, partner_id=partner_id))
    stage.issue(prepared)
    with pytest.raises(errors.NotInRun):
        stage.call("GetStatement", pb.GetStatementRequest(run_id=prepared.run_id, partner_id=partner()))


def test_more_cancelled_than_debited_waits_for_later_debits(stage: Stage) -> None:
    """Nobody is asked for money: the difference is set against the next debits."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    debit_id = stage.debit(shop, 700, MONDAY)
    stage.move_to(NEXT_MONDAY)
    (first,) = stage.runs("prepared")
    stage.issue(first)
    # Counted days are sealed in the wallet; a later correction is a movement of its own day.
    correction = stage.cancel(debit_id, heard=False)
    _re_date(stage, correction, date(2025, 9, 16))
    stage.tell(correction)
    stage.move_to(MONDAY_AFTER)
    assert stage.runs("prepared") == []
    assert stage.account(shop).owed_cents == -700
    stage.debit(shop, 1000, date(2025, 9, 23))
    stage.move_to(date(2025, 9, 29))
    assert [run.payable_cents for run in stage.runs("prepared")] == [300]


def test_unknown_runs_are_refused(stage: Stage) -> None:
    """By every door that takes a run."""
    unknown = str(uuid.uuid4())
    with pytest.raises(errors.UnknownRun):
        stage.see(unknown)
    with pytest.raises(errors.UnknownRun):
        stage.propose(unknown)


def _re_date(stage: Stage, movement_id: str, day: date) -> None:
    from dataclasses import replace

    from tests.integration.payout.stage import paris

    at = next(i for i, each in enumerate(stage.wallet.movements) if each.movement_id == movement_id)
    stage.wallet.movements[at] = replace(stage.wallet.movements[at], business_day=day, occurred_at=paris(day))
