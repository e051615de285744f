"""The unit of work: one request, event or job, in one transaction.

Use cases take a `Work` and a command. What they publish, schedule and audit is written with their own rows
and committed with them, at the edge, by the door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock, trace
from chassis.context import CallContext
from chassis.events import type_of
from chassis.ids import time_ordered_id
from chassis.tables import ChassisTables


@dataclass(frozen=True, slots=True)
class Work:
    """A session, its caller, and its instant of platform time, read once."""

    session: Session
    context: CallContext
    now: datetime
    service: str
    tables: ChassisTables

    @property
    def authority_id(self) -> str:
        return self.context.authority_id

    @property
    def today(self) -> date:
        """The Paris day of this work."""
        return clock.paris_day(self.now)

    def publish(self, fact: str, subject: str, version: int, data: Mapping[str, Any]) -> None:
        """Tell the other services, once this work is committed.

        `fact` is the type's own name (`debit_recorded`), `subject` the aggregate's id, `version` its version.
        """
        self.session.execute(
            sa.insert(self.tables.outbox),
            outbox_row(self.service, self.authority_id, fact, subject, version, data),
        )

    def schedule(self, kind: str, key: str, due_at: datetime, payload: Mapping[str, Any]) -> None:
        """Have a job played once platform time reaches `due_at`; the same (kind, key) is scheduled once."""
        statement = insert(self.tables.jobs).on_conflict_do_nothing()
        self.session.execute(
            statement,
            {
                "authority_id": self.authority_id,
                "kind": kind,
                "key": key,
                "due_at": due_at,
                "payload": dict(payload),
            },
        )

    def audit(self, act: str, subject: str, *, before: Any = None, after: Any = None) -> None:
        """Keep who did this. `before` and `after` hold codes and ids, never a personal value."""
        account = self.context.account
        self.session.execute(
            sa.insert(self.tables.audit),
            {
                "authority_id": self.authority_id,
                "account_id": account.account_id if account else "",
                "service": self.context.service,
                "address": self.context.address,
                "act": act,
                "subject": subject,
                "before": before,
                "after": after,
                "occurred_at": self.now,
            },
        )


def outbox_row(
    service: str,
    authority_id: str,
    fact: str,
    subject: str,
    version: int,
    data: Mapping[str, Any],
    traceparent: str = "",
) -> dict[str, Any]:
    """A row of the outbox; for writers that insert many at once. It follows the current trace unless told another."""
    return {
        "event_id": time_ordered_id(),
        "authority_id": authority_id,
        "type": type_of(service, fact),
        "subject": subject,
        "version": version,
        "data": dict(data),
        "traceparent": traceparent or trace.current.get() or trace.start(),
    }
