"""How far a service has come: what it published, what it handled, what is due.

Every service serves it; the demo's clock waits on it, `bin/atouts` prints it.
"""

from __future__ import annotations

import sqlalchemy as sa
from atouts.operations.v1 import messages_pb2 as pb
from atouts.operations.v1 import service_pb2

from chassis import events, inbox, jobs
from chassis.policy import Rule, services
from chassis.work import Work

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["OperationsService"]
POLICY: dict[str, Rule] = {"GetProgress": services("gateway")}


class ProgressDoor:
    """The operations service of one service."""

    def get_progress(self, work: Work, _request: pb.GetProgressRequest) -> pb.GetProgressResponse:
        outbox = work.tables.outbox
        published = work.session.execute(sa.select(outbox.c.type, sa.func.count()).group_by(outbox.c.type))
        unpublished = work.session.execute(
            sa.select(sa.func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))
        )
        return pb.GetProgressResponse(
            unpublished=unpublished.scalar_one(),
            published=[pb.EventCount(source=work.service, type=name, count=count) for name, count in published],
            handled=_handled(work),
            jobs_due=jobs.count_due(work.session, work.tables, work.now),
        )


def _handled(work: Work) -> list[pb.EventCount]:
    counts = inbox.handled_counts(work.session, work.tables)
    return [
        pb.EventCount(source=contract.source, type=contract.type, count=counts.get(contract.type, 0))
        for contract in events.subscriptions_of(work.service)
    ]
