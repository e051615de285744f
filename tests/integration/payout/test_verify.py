"""`verify` holds on an honest season, and names what was tampered with."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from services.payout.application.verification import Verification, verify
from services.payout.store.checks import CHECKS
from services.payout.store.tables import accruals, remittances, runs
from tests.integration.payout.stage import Stage, partner

MONDAY, NEXT_MONDAY = date(2025, 9, 8), date(2025, 9, 15)


@pytest.fixture
def issued(stage: Stage) -> Stage:
    """Two partners paid, one cancellation, one partner held."""
    stage.open_season()
    shop, cinema, club = partner(), partner(), partner()
    for each in (shop, cinema):
        stage.verify_iban(each)
    for each in (shop, cinema, club):
        stage.debit(each, 1500, MONDAY)
    stage.cancel(stage.debit(shop, 700, MONDAY))
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    stage.issue(run)
    return stage


def _verify(stage: Stage) -> Verification:
    done: Verification = stage.run(lambda work: verify(work, stage.parts.catalogue, stage.parts.files))
    return done


def _broken(stage: Stage) -> set[str]:
    return {finding.check for finding in _verify(stage).findings if not finding.held}


def _tamper(stage: Stage, statement: sa.Executable) -> None:
    stage.run(lambda work: work.session.execute(statement))


def test_an_honest_season_holds(issued: Stage) -> None:
    """With the same cents in movements, transfer files and statements."""
    done = _verify(issued)
    assert _broken(issued) == set()
    assert done.figures == {
        "debits": 4, "cancellations": 1, "clawed_back_cents": 0, "accrued_cents": 4500, "only_recorded_cents": 0,
        "paid_cents": 3000, "owed_cents": 1500, "sepa_cents": 3000, "statement_cents": 3000,
    }  # fmt: skip


def test_a_changed_amount_is_found(issued: Stage) -> None:
    """In the day's count, in the remittance, and in the statement."""
    first = sa.select(accruals.c.movement_id).where(accruals.c.amount_cents == 1500)
    paid = first.where(accruals.c.remittance_id.is_not(None)).limit(1).scalar_subquery()
    _tamper(issued, sa.update(accruals).where(accruals.c.movement_id == paid).values(amount_cents=1501))
    assert _broken(issued) == {
        "a remittance is the sum of its movements",
        "a counted day still counts the same",
        "the statements add up to the transfer file",
        "movements, transfer files and statements pay the same",
    }


def test_a_movement_taken_out_of_its_remittance_is_found(issued: Stage) -> None:
    """It would be paid a second time."""
    _tamper(issued, sa.update(accruals).where(accruals.c.amount_cents == -700).values(remittance_id=None))
    assert "a remittance is the sum of its movements" in _broken(issued)


def test_a_remittance_that_the_file_does_not_pay_is_found(issued: Stage) -> None:
    """The file's own bytes are read again."""
    paid = sa.select(remittances.c.remittance_id).where(remittances.c.held_for.is_(None)).limit(1)
    _tamper(
        issued,
        sa.update(remittances)
        .where(remittances.c.remittance_id == paid.scalar_subquery())
        .values(reference="ATOUTS-20250914-000000000000"),
    )
    assert _broken(issued) == {"a transfer file pays its run's remittances"}


def test_the_database_refuses_one_person_in_both_places(issued: Stage) -> None:
    """Held by constraint too, not by code alone."""
    with pytest.raises(sa.exc.IntegrityError, match="runs_second_person"):
        _tamper(issued, sa.update(runs).values(approved_by=runs.c.proposed_by))


def test_a_debit_cannot_be_kept_twice_nor_cancelled_twice(issued: Stage) -> None:
    """The same movement again is the same row; a second cancellation breaks a constraint."""
    debit = next(each for each in issued.wallet.movements if not each.is_cancellation)
    issued.tell(debit.movement_id)
    assert _verify(issued).figures["debits"] == 4
    cancelled = next(each.debit_id for each in issued.wallet.movements if each.is_cancellation)
    with pytest.raises(sa.exc.IntegrityError, match="accruals_one_cancellation"):
        issued.cancel(cancelled)


def test_every_check_is_a_query_that_runs(issued: Stage) -> None:
    """Each names itself once."""
    names = [finding.check for finding in _verify(issued).findings]
    assert len(set(names)) == len(names) == len(CHECKS) + 3
