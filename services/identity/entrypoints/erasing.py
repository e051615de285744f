"""The due jobs of an erasure: calls to other services and the key database stand before each transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chassis.context import CallContext
from chassis.jobs import Job, JobHandler, Played
from chassis.personal_data import Standing
from chassis.work import Work
from services.identity import metrics
from services.identity.application import erasures as use
from services.identity.bootstrap import Parts
from services.identity.domain.erasures import ErasureState, marks_until, once_keys
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store.keys.kept_marks import KeptMark


class Peers(Protocol):
    """The other services. Each call raises chassis.errors.Operational when one is away."""

    def close(self, service: str, person_id: str, movement_ids: tuple[str, ...] = ()) -> Standing: ...

    def erase(self, service: str, person_id: str) -> int: ...


def job_handlers(parts: Parts, peers: Peers) -> Mapping[str, JobHandler]:
    jobs = ErasingJobs(parts, peers)
    return {
        use.SETTLE: JobHandler(jobs.settle, jobs.look),
        use.FORGET: JobHandler(jobs.forget, jobs.destroy_key),
        use.CLEAR: JobHandler(jobs.note_answer, jobs.ask),
    }


@dataclass(frozen=True, slots=True)
class ErasingJobs:
    """One erasure's jobs follow each other; those of several stand side by side."""

    parts: Parts
    peers: Peers

    def look(self, job: Job) -> Standing:
        """What the wallet and payout say is open; from the first look on, the person spends nothing more."""
        person_id = str(job.payload["person_id"])
        of_wallet = self.peers.close("wallet", person_id)
        of_payout = self.peers.close("payout", person_id, tuple(of_wallet.movement_ids))
        return Standing({**of_wallet.holds, **of_payout.holds}, (), of_wallet.once_keys)

    def settle(self, work: Work, job: Job, standing: Standing) -> Played:
        erasure_id = str(job.payload["erasure_id"])
        after = use.settle(work, self.parts.erasing, erasure_id, standing.holds, list(standing.once_keys))
        metrics.ERASURES.labels(after.state.value).inc()
        return Played.DONE

    def destroy_key(self, job: Job) -> None:
        """The card's marks and the journal are written as the key goes, in one transaction of the key database."""
        person_id = str(job.payload["person_id"])
        context = CallContext(job.authority_id, self.parts.platform.service)
        marks = in_transaction(self.parts.platform, context, lambda work: self._marks(work, job))
        self.parts.own_keys.destroy(job.authority_id, person_id, job.due_at, marks)

    def forget(self, work: Work, job: Job, _prepared: None) -> Played:
        use.forget(work, self.parts.erasing, str(job.payload["erasure_id"]))
        metrics.ERASURES.labels(ErasureState.ERASING.value).inc()
        return Played.DONE

    def ask(self, job: Job) -> int:
        return self.peers.erase(_service_of(job), str(job.payload["person_id"]))

    def note_answer(self, work: Work, job: Job, rows: int) -> Played:
        after = use.answered(work, self.parts.erasing, str(job.payload["erasure_id"]), _service_of(job), rows)
        if after.state is ErasureState.DONE:
            metrics.ERASURES.labels(after.state.value).inc()
        return Played.DONE

    def _marks(self, work: Work, job: Job) -> list[KeptMark]:
        """None where the key is gone already: then they were kept with its end."""
        person_id = str(job.payload["person_id"])
        person = self.parts.erasing.persons.find(work, person_id)
        if person is None:
            return []
        age = self.parts.catalogue.authority(work.authority_id).retention.marks_until_age
        had = once_keys(job.payload["once_keys"], person.recorded)
        until = marks_until(person.profile.birth_date, age)
        marks = self.parts.cards.marks.of_person(work, person_id)
        return [KeptMark(work.authority_id, mark, tuple(had), until) for mark in marks]


def _service_of(job: Job) -> str:
    return job.kind.split(":")[1]
