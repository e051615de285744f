"""The night's forgetting: seeded when a worker starts, played once a night for each authority, counted and logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chassis import logs
from chassis.clock import machine_now, paris_day
from chassis.context import CallContext
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from services.identity import metrics
from services.identity.application import retention as use
from services.identity.bootstrap import Parts
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store.outdated import OutdatedRows

_log = logs.get(__name__)


def seed(parts: Parts) -> None:
    """Each authority has its next night; one that is scheduled already stays."""
    for authority in parts.catalogue.authorities():
        context = CallContext(authority.id, parts.platform.service)
        in_transaction(parts.platform, context, lambda work: use.schedule_next(work, work.now))


def job_handlers(parts: Parts) -> Mapping[str, JobHandler]:
    return {use.KIND: JobHandler(_Nights(parts).forget, _Nights(parts).forget_marks)}


@dataclass(frozen=True, slots=True)
class _Nights:
    parts: Parts

    def forget_marks(self, job: Job) -> int:
        """Before the transaction: they are in the key database."""
        today = paris_day(job.due_at)
        return self.parts.cards.former.forget_past(job.authority_id, today)

    def forget(self, work: Work, _job: Job, marks: int) -> Played:
        kept = self.parts.catalogue.authority(work.authority_id).retention
        over = use.seasons_over(self._ends(work.authority_id), kept.class_list_days, work.today)
        gone = use.forget(work, OutdatedRows(), self.parts.erasing, kept, over, machine_now())
        for kind, count in {**gone, "marks": marks}.items():
            metrics.FORGOTTEN.labels(kind).inc(count)
        _log.info("forgotten", authority=work.authority_id, marks=marks, **gone)
        # A clock that jumped a year plays one night for it, not three hundred.
        use.schedule_next(work, max(work.now, self.parts.platform.clock.now()))
        return Played.DONE

    def _ends(self, authority_id: str) -> Mapping[str, date]:
        ends: dict[str, date] = defaultdict(lambda: date.min)
        for rulebook in self.parts.catalogue.rulebooks():
            if rulebook.authority_id == authority_id:
                ends[rulebook.season] = max(ends[rulebook.season], rulebook.ends_on)
        return ends
