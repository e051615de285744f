"""What each event and each due job does here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chassis import grants
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from services.bonplan.application.closing import KIND, close_offer
from services.bonplan.bootstrap import Parts
from services.bonplan.domain.membership import Membership, MembershipState
from services.bonplan.store import memberships

if TYPE_CHECKING:  # chassis.worker imports eventlet: only the worker's process may
    from chassis.worker import EventHandler

Handle = Callable[[Work, Event, Any], None]


def event_handlers(_parts: Parts) -> dict[str, EventHandler]:
    """One handler for each event type that bonplan subscribes to."""
    from chassis.worker import EventHandler

    return {event_type: EventHandler(handle) for event_type, handle in event_reactions().items()}


def event_reactions() -> Mapping[str, Handle]:
    """The same, free of any worker."""
    return {
        type_of("wallet", "membership_activated"): _keep_membership(MembershipState.ACTIVE),
        type_of("wallet", "membership_ended"): _keep_membership(MembershipState.ENDED),
        type_of("identity", "grant_changed"): _keep_grant,
        type_of("partner", "grant_changed"): _keep_grant,
    }


def job_handlers() -> dict[str, JobHandler]:
    return {KIND: JobHandler(_close_offer)}


def _keep_membership(state: MembershipState) -> Handle:
    def handle(work: Work, event: Event, _: Any) -> None:
        data = event.data
        who = (data["membership_id"], data["person_id"])
        memberships.keep(work, Membership(*who, data["scheme"], data["season"], state, event.version))

    return handle


def _keep_grant(work: Work, event: Event, _: Any) -> None:
    data = event.data
    account_id, scope, roles = data["account_id"], data["scope"], data["roles"]
    grants.keep(work.session, work.tables, work.authority_id, account_id, scope, roles, event.version)


def _close_offer(work: Work, job: Job, _: Any) -> Played:
    close_offer(work, job.payload)
    return Played.DONE
