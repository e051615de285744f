"""What identity does on others' facts: it keeps its read models of establishments and of partners' grants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import grants
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from chassis.worker import EventHandler
from services.identity.application import class_lists, guardians
from services.identity.application.card_images import DESTROY_IMAGES, destroy_images
from services.identity.application.fact_history import EXPIRE_FACT
from services.identity.application.profiles import expire_fact
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
    """One a kind of scheduled job."""

    def load_class_list(work: Work, job: Job, _prepared: Any) -> Played:
        return Played.DONE if class_lists.load_next(work, parts.imports, job.key) else Played.AGAIN

    def expire(work: Work, job: Job, _prepared: Any) -> Played:
        expire_fact(work, parts.facts, (job.key, job.payload["person_id"], job.payload["name"]))
        return Played.DONE

    def lapse_link(work: Work, job: Job, _prepared: Any) -> Played:
        guardians.lapse(work, parts.guardians, job.key)
        return Played.DONE

    def end_consent(work: Work, job: Job, _prepared: Any) -> Played:
        guardians.end(work, parts.guardians, job.key)
        return Played.DONE

    def destroy_card_images(work: Work, job: Job, _prepared: Any) -> Played:
        destroy_images(work, parts.cards, job.payload["check_id"])
        return Played.DONE

    return {
        class_lists.LOAD_CLASS_LIST: JobHandler(load_class_list),
        EXPIRE_FACT: JobHandler(expire),
        guardians.LAPSE_LINK: JobHandler(lapse_link),
        guardians.END_CONSENT: JobHandler(end_consent),
        DESTROY_IMAGES: JobHandler(destroy_card_images),
    }


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
