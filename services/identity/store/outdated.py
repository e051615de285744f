"""Rows that have served, removed by age."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from chassis.personal_data import changed
from chassis.work import Work
from services.identity.store.tables import (
    accounts,
    card_checks,
    class_list_imports,
    class_list_lines,
    refresh_tokens,
    sessions,
    sign_in_failures,
)


class OutdatedRows:
    """`Outdated` in the service's database."""

    def sessions(self, work: Work, before: datetime) -> int:
        later = sessions.alias("later")
        ended = sa.select(sessions.c.session_id).where(
            sessions.c.authority_id == work.authority_id,
            sa.func.least(sessions.c.expires_at, sessions.c.revoked_at) < before,
            sa.exists().where(
                later.c.authority_id == sessions.c.authority_id,
                later.c.account_id == sessions.c.account_id,
                later.c.opened_at > sessions.c.opened_at,
            ),
        )
        found = list(work.session.execute(ended).scalars())
        of_found = refresh_tokens.c.authority_id == work.authority_id, refresh_tokens.c.session_id.in_(found)
        work.session.execute(sa.delete(refresh_tokens).where(*of_found))
        return changed(
            work,
            sa.delete(sessions).where(sessions.c.authority_id == work.authority_id, sessions.c.session_id.in_(found)),
        )

    def failures(self, work: Work, before: datetime) -> int:
        old = sign_in_failures.c.authority_id == work.authority_id, sign_in_failures.c.failed_at < before
        return changed(work, sa.delete(sign_in_failures).where(*old))

    def readings(self, work: Work, before: datetime) -> int:
        decided = (
            card_checks.c.authority_id == work.authority_id,
            card_checks.c.decided_at < before,
            card_checks.c.read_sealed.is_not(None),
        )
        return changed(work, sa.update(card_checks).where(*decided).values(read_sealed=None))

    def class_lists(self, work: Work, seasons: list[str]) -> int:
        return sum(
            changed(
                work, sa.delete(table).where(table.c.authority_id == work.authority_id, table.c.season.in_(seasons))
            )
            for table in (class_list_lines, class_list_imports)
        )

    def idle_accounts(self, work: Work, before: datetime, limit: int) -> list[str]:
        seen = sa.exists().where(
            sessions.c.authority_id == accounts.c.authority_id,
            sessions.c.account_id == accounts.c.account_id,
            sessions.c.opened_at >= before,
        )
        idle = sa.select(accounts.c.account_id).where(
            accounts.c.authority_id == work.authority_id,
            accounts.c.kind == "young",
            accounts.c.opened_at < before,
            accounts.c.email_sealed != b"",
            sa.not_(seen),
        )
        return [str(row.account_id) for row in work.session.execute(idle.limit(limit))]
