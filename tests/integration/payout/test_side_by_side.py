"""Every packaged scheme in one platform: each authority's runs keep its own rhythm, and tell nothing of another's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa

from chassis.context import CallContext
from chassis.work import Work
from rulebooks import Rulebook
from services.payout.application.accruing import accrue, open_season
from services.payout.domain.accruals import Accrual
from services.payout.store.seasons import OpenSeason
from services.payout.store.tables import runs
from tests.integration.payout.stage import CATALOGUE, Stage, paris, partner

OPENS, DEBIT = date(2025, 9, 1), date(2025, 9, 18)
RULEBOOKS = [each for authority in CATALOGUE.authorities() for each in CATALOGUE.of_authority(authority.id)]


def _work(stage: Stage, authority_id: str, act: Callable[[Work], None]) -> None:
    context = CallContext(authority_id, "payout")
    stage.database.run(lambda session: act(stage.parts.platform.work(session, context)))


def _open_with_a_debit(stage: Stage, rulebook: Rulebook) -> None:
    benefit = next(each for each in rulebook.benefits if each.category and each.holds_cents and each.paid_out)
    debit_id = str(uuid.uuid4())
    movement = Accrual(
        debit_id, debit_id, partner(), rulebook.scheme, rulebook.season, benefit.id, benefit.category, 100,
        paris(DEBIT) + timedelta(hours=10), DEBIT, rulebook.hash,
    )  # fmt: skip
    stage.wallet.movements.append(movement)
    opened = OpenSeason(rulebook.scheme, rulebook.season, rulebook.hash, OPENS, rulebook.ends_on, 1)

    def act(work: Work) -> None:
        accrue(stage.parts.catalogue, [(work, movement)])
        open_season(work, stage.parts.catalogue, opened)

    _work(stage, rulebook.authority_id, act)


def test_each_scheme_is_paid_by_its_own_rhythm(stage: Stage) -> None:
    """A debit of one day, in as many periods as there are rhythms, each due on its own day."""
    for rulebook in RULEBOOKS:
        _open_with_a_debit(stage, rulebook)
    stage.move_to(date(2025, 10, 2))

    rows = stage.run(lambda work: work.session.execute(sa.select(runs).order_by(runs.c.period_start)).all())
    first: dict[tuple[str, str], tuple[date, date, date]] = {}
    for row in rows:
        first.setdefault((row.authority_id, row.scheme), (row.period_start, row.period_end, row.due_on))
    expected = {}
    for rulebook in RULEBOOKS:
        period = rulebook.payout.period_of(DEBIT)
        expected[rulebook.authority_id, rulebook.scheme] = (period.start, period.end, rulebook.payout.due_on(period))
    assert first == expected
    assert len({rulebook.payout.rhythm for rulebook in RULEBOOKS}) == 3
    assert len({rulebook.authority_id for rulebook in RULEBOOKS}) > 1
