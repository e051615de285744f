"""The night's forgetting: each kind of row goes once it has served, and not before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.clock import machine_now
from chassis.jobs import JobPlayer
from services.identity.application import retention as use
from services.identity.entrypoints import erasing, retention
from services.identity.store.erasure_tables import erasures
from services.identity.store.keys.kept_marks import KeptMark, KeptMarkRows
from services.identity.store.tables import CHASSIS, accounts, card_checks, class_list_lines, sessions, sign_in_failures
from tests.integration.identity.erasing import OtherServices
from tests.integration.identity.stage import AUTHORITY, SEASON, Caller, Stage, reading_of


def _night(stage: Stage, at: datetime | None = None) -> None:
    """Seeded as a worker does, and played once it is due; after a jump the night that follows it."""
    retention.seed(stage.parts)
    if at:
        stage.clock.instant = at
        retention.seed(stage.parts)
    stage.clock.instant += timedelta(days=1)
    _play(stage)


def _play(stage: Stage) -> None:
    platform = stage.parts.platform
    handlers = {**retention.job_handlers(stage.parts), **erasing.job_handlers(stage.parts, OtherServices())}
    player = JobPlayer("identity", platform.database, CHASSIS, platform.clock, handlers)
    player.play_due()


def _count(stage: Stage, table: sa.Table) -> int:
    return len(stage.rows(sa.select(table)))


def _set(stage: Stage, table: sa.Table, **values: Any) -> None:
    stage.work(lambda work: work.session.execute(sa.update(table).values(**values)))


def test_one_night_follows_another_and_a_jump_is_one_night(stage: Stage) -> None:
    """A clock that moved a month plays one night for it; seeding again adds none."""
    retention.seed(stage.parts)
    retention.seed(stage.parts)
    stage.clock.instant += timedelta(days=30)
    _play(stage)
    jobs = stage.rows(
        sa.select(CHASSIS.jobs.c.due_at, CHASSIS.jobs.c.done_at).where(
            CHASSIS.jobs.c.kind == use.KIND, CHASSIS.jobs.c.authority_id == AUTHORITY
        )
    )
    assert [job.done_at is None for job in sorted(jobs)] == [False, True]
    assert max(job.due_at for job in jobs) > stage.clock.now()


def test_ended_sessions_go_and_the_latest_stays(stage: Stage) -> None:
    """It says when somebody was there last."""
    stage.open_account("lou@exemple.fr")
    for _ in range(3):
        stage.sign_in("lou@exemple.fr")
    long_ago = machine_now() - timedelta(days=40)
    ids = [row.session_id for row in stage.rows(sa.select(sessions.c.session_id).order_by(sessions.c.opened_at))]
    _set(stage, sessions, expires_at=long_ago)
    _night(stage)
    assert [row.session_id for row in stage.rows(sa.select(sessions.c.session_id))] == ids[-1:]


def test_sessions_that_ended_lately_stay(stage: Stage) -> None:
    """Thirty days are thirty days."""
    stage.open_account("lou@exemple.fr")
    stage.sign_in("lou@exemple.fr")
    stage.sign_in("lou@exemple.fr")
    _set(stage, sessions, expires_at=machine_now() - timedelta(days=29))
    _night(stage)
    assert _count(stage, sessions) == 2


def test_failed_sign_ins_are_forgotten(stage: Stage) -> None:
    """After thirty days of silence under that address."""
    with pytest.raises(Exception, match="credentials_wrong"):
        stage.sign_in("nobody@exemple.fr")
    _night(stage)
    assert _count(stage, sign_in_failures) == 1
    _set(stage, sign_in_failures, failed_at=machine_now() - timedelta(days=31))
    _night(stage)
    assert _count(stage, sign_in_failures) == 0


def test_what_was_read_on_a_card_goes_and_the_decision_stays(stage: Stage) -> None:
    """A year after the decision, by platform time."""
    lou = stage.young()
    stage.declare(lou)
    stage.submit(lou)
    stage.read(reading_of())
    _night(stage, stage.clock.now() + timedelta(days=300))
    assert stage.rows(sa.select(card_checks.c.read_sealed))[0].read_sealed is not None
    _night(stage, stage.clock.now() + timedelta(days=100))
    (check,) = stage.rows(sa.select(card_checks.c.read_sealed, card_checks.c.state))
    assert (check.read_sealed, check.state) == (None, "accepted")
    assert stage.is_checked(lou)


def test_class_lists_go_after_their_season(stage: Stage) -> None:
    """Ninety days after the last scheme of that season has ended."""
    row = {"pupil_hash": b"h" * 32, "partner_id": "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11", "season": SEASON}
    more = {"authority_id": AUTHORITY, "level": "seconde", "track": "general", "sector": ""}
    stage.work(lambda work: work.session.execute(sa.insert(class_list_lines), {**row, **more}))
    _night(stage, datetime(2026, 8, 1, tzinfo=UTC))
    assert _count(stage, class_list_lines) == 1
    _night(stage, datetime(2027, 3, 1, tzinfo=UTC))
    assert _count(stage, class_list_lines) == 0


def test_an_idle_account_is_erased_as_if_its_person_had_asked(stage: Stage) -> None:
    """Nobody signed in for three years; one that was seen lately stays, and so do partners' accounts."""
    idle, seen = stage.young("lou@exemple.fr"), _seen(stage)
    stage.delegate("0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11", "principal")
    _set(stage, accounts, opened_at=machine_now() - timedelta(days=1_200))
    _night(stage)
    (erasure,) = stage.rows(sa.select(erasures.c.person_id, erasures.c.asked_by, erasures.c.state))
    assert (str(erasure.person_id), erasure.asked_by, erasure.state) == (idle.account_id, idle.account_id, "done")
    assert stage.sign_in("max@exemple.fr").session.access_token
    assert seen.account_id != idle.account_id
    _night(stage)
    assert _count(stage, erasures) == 1


def test_marks_go_after_the_birthday(stage: Stage) -> None:
    """The last day is kept, the next night it is gone; from then on nothing of the card is known."""
    keys = stage.parts.own_keys
    mark = KeptMark(AUTHORITY, b"m" * 32, ("equipment",), stage.clock.now().date() + timedelta(days=2))
    keys.put_back([], [mark])
    _night(stage)
    assert KeptMarkRows(keys.database).all() == [mark]
    _night(stage)
    _night(stage)
    assert KeptMarkRows(keys.database).all() == []


def test_a_season_is_over_only_so_many_days_after_its_last_scheme() -> None:
    """The day itself is kept."""
    ends = {"2024-2025": date(2025, 8, 31), "2025-2026": date(2026, 8, 31)}
    assert use.seasons_over(ends, 90, date(2025, 11, 29)) == []
    assert use.seasons_over(ends, 90, date(2025, 11, 30)) == ["2024-2025"]


def _seen(stage: Stage) -> Caller:
    account = stage.open_account("max@exemple.fr")
    return Caller(account.account_id, stage.sign_in("max@exemple.fr").session.access_token)
