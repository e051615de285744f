"""What the wallet does with other services' facts, and with what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from chassis import grants, logs
from chassis.clock import paris_day
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from chassis.worker import EventHandler
from services.wallet.application import days, memberships, seals, season_end, version_batch
from services.wallet.application.activation import credit_difference
from services.wallet.application.crediting import CLOSE_WALLETS, SERVE_LINE, serve_line
from services.wallet.application.seals import SEAL_DAYS
from services.wallet.application.seasons import APPLY_VERSION, END_SEASON, is_over
from services.wallet.bootstrap import Parts
from services.wallet.domain.accreditation import Accreditation, words
from services.wallet.domain.facts import PersonFacts
from services.wallet.store import accreditations

PlayJob = Callable[[Work, Job, Any], Played]
_log = logs.get(__name__)


def event_handlers(parts: Parts) -> Mapping[str, EventHandler]:
    """One handler a subscribed event type."""
    facts = EventHandler(_decide_again(parts), _fetch_facts(parts))
    grant = EventHandler(_keep_grant)
    return {
        type_of("identity", "facts_changed"): facts,
        type_of("identity", "enrolment_validated"): facts,
        type_of("identity", "enrolment_rejected"): facts,
        type_of("identity", "enrolments_validated"): EventHandler(_decide_page(parts), _fetch_all(parts)),
        type_of("wallet", "person_left_undecided"): facts,
        type_of("identity", "grant_changed"): grant,
        type_of("partner", "grant_changed"): grant,
        type_of("partner", "accreditation_granted"): EventHandler(_keep_granted),
        type_of("partner", "accreditation_withdrawn"): EventHandler(_withdraw),
    }


def job_handlers(parts: Parts) -> Mapping[str, JobHandler]:
    return {
        END_SEASON: JobHandler(_end_season(parts)),
        CLOSE_WALLETS: JobHandler(_close_wallets),
        APPLY_VERSION: JobHandler(_apply_version(parts)),
        SEAL_DAYS: JobHandler(_seal_days(parts)),
        SERVE_LINE: JobHandler(_serve_line(parts)),
    }


def _fetch_facts(parts: Parts) -> Callable[[Event], list[PersonFacts]]:
    return lambda event: parts.facts.look_up([UUID(event.data["person_id"])])


def _fetch_all(parts: Parts) -> Callable[[Event], list[PersonFacts]]:
    """Of a file's thousand pupils, in one call."""

    def fetch(event: Event) -> list[PersonFacts]:
        person_ids = {UUID(enrolment["person_id"]) for enrolment in event.data["enrolments"]}
        return parts.facts.look_up(sorted(person_ids))

    return fetch


def _decide_again(parts: Parts) -> Callable[[Work, Event, Any], None]:
    def handle(work: Work, _event: Event, fetched: list[PersonFacts]) -> None:
        memberships.decide_again(work, parts.rules, fetched)

    return handle


def _decide_page(parts: Parts) -> Callable[[Work, Event, Any], None]:
    """One person's fault keeps nobody else waiting: theirs becomes an event of its own, which is parked alone."""

    def handle(work: Work, event: Event, fetched: list[PersonFacts]) -> None:
        version = {facts.person_id: facts.version for facts in fetched}
        for person_id, failure in memberships.decide_page(work, parts.rules, fetched).items():
            _log.error("person left undecided", page_id=str(event.event_id), failure=type(failure).__name__)
            data = {
                "person_id": str(person_id),
                "page_id": str(event.event_id),
                "scheme": event.data["scheme"],
                "season": event.data["season"],
                "failure": type(failure).__name__,
            }
            work.publish("person_left_undecided", str(person_id), version[person_id], data)

    return handle


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


def _keep_granted(work: Work, event: Event, _fetched: Any) -> None:
    accreditations.keep(work, _accreditation(event, granted=True))


def _withdraw(work: Work, event: Event, _fetched: Any) -> None:
    """Most often known already, by partner's own command."""
    days.withdraw(work, _accreditation(event, granted=False))


def _accreditation(event: Event, *, granted: bool) -> Accreditation:
    data = event.data
    return Accreditation(
        UUID(data["partner_id"]),
        data["scheme"],
        data["category"],
        granted,
        event.version,
        data.get("activity") or None,
        words(data["tags"]) if "tags" in data else None,
    )


def _end_season(parts: Parts) -> PlayJob:
    def play(work: Work, job: Job, _prepared: Any) -> Played:
        scheme, season = job.payload["scheme"], job.payload["season"]
        # A later version may have moved the end: it has a job of its own.
        done = not is_over(work, parts.rules, scheme, season) or season_end.end_some(work, parts.rules, scheme, season)
        return Played.DONE if done else Played.AGAIN

    return play


def _apply_version(parts: Parts) -> PlayJob:
    def play(work: Work, job: Job, _prepared: Any) -> Played:
        rulebook = parts.rules.by_hash(job.payload["rulebook_hash"])
        done = version_batch.apply_some(work, parts.rules, rulebook, credit_difference)
        return Played.DONE if done else Played.AGAIN

    return play


def _seal_days(parts: Parts) -> PlayJob:
    def play(work: Work, job: Job, _prepared: Any) -> Played:
        today = paris_day(parts.platform.clock.now())
        done = seals.seal_some(work, parts.request_key, date.fromisoformat(job.key), today)
        return Played.DONE if done else Played.AGAIN

    return play


def _serve_line(parts: Parts) -> PlayJob:
    def play(work: Work, job: Job, _prepared: Any) -> Played:
        left = serve_line(work, parts.rules, [UUID(job.payload["envelope_id"])])
        return Played.AGAIN if left else Played.DONE

    return play


def _close_wallets(work: Work, job: Job, _prepared: Any) -> Played:
    done = season_end.close_some(work, job.payload["scheme"], job.payload["season"])
    return Played.DONE if done else Played.AGAIN
