"""What this service does about other services' facts, and what it does when it is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chassis import grants
from chassis.context import CallContext
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from chassis.worker import EventHandler
from services.partner.application import withdrawals
from services.partner.application.accreditations import END_JOB
from services.partner.bootstrap import Parts


def event_handlers(_parts: Parts) -> Mapping[str, EventHandler]:
    """One for each event type that this service subscribes to."""
    return {type_of("identity", "grant_changed"): EventHandler(_keep_grant)}


def job_handlers(parts: Parts) -> Mapping[str, JobHandler]:
    return {withdrawals.STOP_JOB: _withdrawal(parts), END_JOB: JobHandler(_end_with_agreement(parts))}


def _keep_grant(work: Work, event: Event, _fetched: Any) -> None:
    data = event.data
    grants.keep(
        work.session,
        work.tables,
        work.authority_id,
        data["account_id"],
        data["scope"],
        data["roles"],
        event.version,
    )


def _end_with_agreement(parts: Parts) -> Callable[[Work, Job, Any], Played]:
    def play(work: Work, job: Job, _prepared: Any) -> Played:
        withdrawals.end_with_agreement(work, parts.ports, job.payload["accreditation_id"])
        return Played.DONE

    return play


def _withdrawal(parts: Parts) -> JobHandler:
    """Tells the wallet until it has committed the withdrawal; while it is away the job stays due."""

    def tell_wallet(job: Job) -> None:
        with parts.platform.database.transaction() as session:
            own = CallContext(job.authority_id, parts.platform.service)
            work = parts.platform.work(session, own)
            accreditation = parts.ports.accreditations.get(work, job.payload["accreditation_id"])
        if accreditation.withdrawal_pending:
            parts.ports.tills.stop(job.authority_id, accreditation)

    def confirm(work: Work, job: Job, _prepared: Any) -> Played:
        withdrawals.confirm(work, parts.ports, job.payload["accreditation_id"])
        return Played.DONE

    return JobHandler(confirm, prepare=tell_wallet)
