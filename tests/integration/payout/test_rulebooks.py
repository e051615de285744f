"""Runs follow the rulebook: its versions, its holds, what it pays and what it only records."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from atouts.payout.v1 import messages_pb2 as pb

from services.payout.application.verification import verify
from services.payout.domain import errors
from services.payout.entrypoints.answers import ANSWERS
from tests.integration.payout.changing import CHANGE, CULTURE, PROOF, SENTENCE
from tests.integration.payout.stage import Stage, partner

MONDAY, NEXT_MONDAY, MONDAY_AFTER = date(2025, 9, 8), date(2025, 9, 15), date(2025, 9, 22)
BOOKS_BENEFIT, TOOLS_BENEFIT, RECORDED_BENEFIT = 0, 1, 2


def _periods(stage: Stage) -> list[tuple[str, str, str, int]]:
    return [(run.period_start, run.period_end, run.due_on, run.payable_cents) for run in stage.runs()]


def _holds_verify(stage: Stage) -> None:
    parts = stage.parts
    made = stage.run(lambda work: verify(work, parts.catalogue, parts.files))
    assert [finding for finding in made.findings if not finding.held] == []


def _lines(run: pb.Run) -> list[tuple[int, str, list[str]]]:
    return sorted((line.amount_cents, line.held_for, list(line.categories)) for line in run.remittances)


def test_a_version_cuts_the_period_at_its_first_day(changing_stage: Stage) -> None:
    """Weekly until Tuesday 9 December, monthly from Wednesday 10: each day is paid once, by the rhythm of its day."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.verify_iban(shop)
    stage.move_to(date(2025, 12, 8))
    stage.adopt_version(CHANGE)
    for day, cents in ((8, 1), (9, 2), (10, 4), (14, 8), (31, 16)):
        stage.debit(shop, cents, date(2025, 12, day))
    stage.move_to(date(2026, 1, 2))
    assert _periods(stage) == [
        ("2025-12-08", "2025-12-09", "2025-12-25", 3),
        ("2025-12-10", "2025-12-31", "2026-01-06", 28),
    ]
    stage.debit(shop, 32, date(2026, 1, 31))
    stage.move_to(date(2026, 2, 3))
    assert _periods(stage)[2:] == [("2026-01-01", "2026-01-31", "2026-02-06", 32)]
    _holds_verify(stage)


def test_a_version_that_is_told_late_pays_no_day_twice(changing_stage: Stage) -> None:
    """The week was prepared whole before its version was heard of: the new rhythm takes over on the day after."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.verify_iban(shop)
    for day, cents in ((8, 1), (11, 2), (15, 4)):
        stage.debit(shop, cents, date(2025, 12, day))
    stage.move_to(date(2025, 12, 15))
    stage.adopt_version(CHANGE)
    stage.adopt_version(CHANGE)
    stage.move_to(date(2026, 1, 1))
    assert [each[0::3] for each in _periods(stage)] == [("2025-12-08", 3), ("2025-12-15", 4)]
    assert _periods(stage)[1][:2] == ("2025-12-15", "2025-12-31")
    _holds_verify(stage)


def test_a_version_may_be_told_before_its_season(changing_stage: Stage) -> None:
    """Events come in any order: the cut is there when the season opens."""
    stage, shop = changing_stage, partner()
    stage.adopt_version(CHANGE)
    stage.open_season()
    stage.verify_iban(shop)
    stage.debit(shop, 5, date(2025, 12, 9))
    stage.debit(shop, 7, CHANGE)
    stage.move_to(date(2026, 1, 1))
    assert [each[:2] for each in _periods(stage)] == [("2025-12-08", "2025-12-09"), ("2025-12-10", "2025-12-31")]


def test_a_gap_in_one_scheme_keeps_no_other_scheme_back(changing_stage: Stage) -> None:
    """A movement that was not heard of yet holds up its own scheme's run alone."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.open_season(CULTURE)
    stage.verify_iban(shop)
    stage.debit(shop, 10, MONDAY, heard=False)
    stage.debit(shop, 20, MONDAY, scheme=CULTURE)
    stage.move_to(date(2025, 10, 1))
    seen = {(run.scheme, run.state) for run in stage.runs()}
    assert (CULTURE, pb.RUN_STATE_PREPARED) in seen
    assert [state for scheme, state in seen if scheme != CULTURE] == [pb.RUN_STATE_COUNTING]


def test_a_category_is_held_until_its_proof_and_the_others_are_paid(changing_stage: Stage) -> None:
    """The partner reads the rulebook's sentence; the hold ends by itself, and the next run pays what waited."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, MONDAY, benefit=BOOKS_BENEFIT)
    stage.debit(shop, 4000, MONDAY, benefit=TOOLS_BENEFIT)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    assert _lines(run) == [(1000, "", ["livres"]), (4000, PROOF, ["equipement"])]
    assert (run.payable_cents, run.held_cents) == (1000, 4000)
    stage.issue(run)

    account = stage.account(shop)
    assert (account.owed_cents, account.held_cents, account.paid_cents) == (4000, 4000, 1000)
    (hold,) = account.holds
    assert (hold.code, hold.reason, hold.scheme, list(hold.categories)) == (PROOF, SENTENCE, run.scheme, ["equipement"])
    with pytest.raises(errors.HoldLiftsItself):
        stage.call("LiftHold", pb.LiftHoldRequest(hold_id=hold.hold_id))
    assert errors.HoldLiftsItself in ANSWERS

    stage.accept_proof(shop, PROOF)
    assert list(stage.account(shop).holds) == []
    stage.debit(shop, 1, date(2025, 9, 16), benefit=TOOLS_BENEFIT)
    stage.move_to(MONDAY_AFTER)
    (released,) = stage.runs("prepared")
    assert _lines(released) == [(4001, "", [])]
    stage.issue(released)
    assert stage.account(shop).paid_cents == 5001
    _holds_verify(stage)


def test_a_proof_that_is_asked_for_each_season_counts_in_its_own(changing_stage: Stage) -> None:
    """Last season's proof lifts nothing."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.verify_iban(shop)
    stage.accept_proof(shop, PROOF, season="2024-2025")
    stage.debit(shop, 4000, MONDAY, benefit=TOOLS_BENEFIT)
    stage.move_to(NEXT_MONDAY)
    assert [_lines(run) for run in stage.runs("closed")] == [[(4000, PROOF, [])]]


def test_a_missing_iban_is_told_in_the_rulebooks_words(changing_stage: Stage) -> None:
    """And keeps the whole partner back, whatever its categories wait for."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.debit(shop, 1000, MONDAY, benefit=BOOKS_BENEFIT)
    stage.debit(shop, 4000, MONDAY, benefit=TOOLS_BENEFIT)
    stage.move_to(NEXT_MONDAY)
    assert [_lines(run) for run in stage.runs("closed")] == [[(5000, "missing_iban", [])]]
    reasons = {hold.code: hold.reason for hold in stage.account(shop).holds}
    assert reasons == {"missing_iban": "Donnez votre IBAN pour être payé.", PROOF: SENTENCE}


def test_what_is_only_recorded_is_told_and_never_paid(changing_stage: Stage) -> None:
    """The statement lists it after its total; neither the remittance nor what is owed counts it."""
    stage, shop = changing_stage, partner()
    stage.open_season()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, MONDAY, benefit=BOOKS_BENEFIT)
    stage.debit(shop, 9900, MONDAY, benefit=RECORDED_BENEFIT)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    assert run.payable_cents == 1000
    stage.issue(run)
    account = stage.account(shop)
    assert (account.owed_cents, account.paid_cents, account.recorded_cents) == (0, 1000, 9900)

    request = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop)
    content = stage.call("GetStatement", request).content.decode()
    rows = [(row[0], row[3], row[5]) for row in csv.reader(io.StringIO(content), delimiter=";")]
    assert rows[2:] == [
        ("Total", "", "10,00"),
        ("08/09/2025", "Remise en main propre", "99,00"),
        ("Enregistré, jamais reversé", "", "99,00"),
    ]
    _holds_verify(stage)


def test_a_season_in_which_everything_is_only_recorded_leaves_no_run(changing_stage: Stage) -> None:
    """Nothing is due: nobody is asked to approve it."""
    stage, centre = changing_stage, partner()
    stage.open_season()
    stage.debit(centre, 9900, MONDAY, benefit=RECORDED_BENEFIT)
    stage.move_to(NEXT_MONDAY)
    assert stage.runs() == []
    assert stage.account(centre).recorded_cents == 9900
