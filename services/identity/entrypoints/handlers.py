"""What identity does on others' facts: it keeps its read models of establishments and of partners' grants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import grants
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from chassis.worker import EventHandler
from services.identity.application.card_images import DESTROY_IMAGES, destroy_images
from services.identity.bootstrap import Parts
from services.identity.domain.enrolments import Establishment


def event_handlers(parts: Parts) -> Mapping[str, EventHandler]:
    """One a subscribed event type."""

    def keep_establishment(work: Work, event: Event, _fetched: Any) -> None:
        data = event.data
        school = Establishment(data["partner_id"], data["uai"], data["establishment_kind"], data["region"])
        parts.schools.establishments.keep(work, school, event.version)

    return {
        type_of("partner", "establishment_registered"): EventHandler(keep_establishment),
        type_of("partner", "grant_changed"): EventHandler(_keep_grant),
    }


def job_handlers(parts: Parts) -> Mapping[str, JobHandler]:
    """One a kind of job."""

    def destroy_card_images(work: Work, job: Job, _prepared: Any) -> Played:
        destroy_images(work, parts.cards, job.payload["check_id"])
        return Played.DONE

    return {DESTROY_IMAGES: JobHandler(destroy_card_images)}


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
