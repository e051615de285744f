"""Each change of a fact leaves a record; facts whose last day is over go by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from chassis.clock import PARIS
from chassis.work import Work
from services.identity.application.ports import FactHistory, Persons
from services.identity.domain.fact_history import FactRecord, FactSource, Teller
from services.identity.domain.profiles import Person
from services.identity.domain.told_facts import Told, without

EXPIRE_FACT = "expire_fact"


def note(work: Work, history: FactHistory, person_id: str, changed: Told, teller: Teller) -> Sequence[FactRecord]:
    """Keep one record a changed fact of a locked person, each after the one before it."""
    before = history.latest(work, person_id, list(changed))
    records = [
        FactRecord(
            record_id=str(uuid.uuid4()),
            person_id=person_id,
            name=name,
            value=value,
            teller=teller,
            said_at=work.now,
            corrects=before[name].record_id if name in before else "",
        )
        for name, value in changed.items()
    ]
    history.append(work, records)
    return records


def schedule_expiry(work: Work, records: Sequence[FactRecord]) -> None:
    """Have those with a last day taken away the day after."""
    for record in records:
        if record.teller.expires_on:
            payload = {"person_id": record.person_id, "name": record.name}
            work.schedule(EXPIRE_FACT, record.record_id, day_after(record.teller.expires_on), payload)


def expire(work: Work, persons: Persons, history: FactHistory, record: tuple[str, str, str]) -> Person | None:
    """Take a recorded fact away, by its record's id, person and name, unless something was said since.

    The changed person, which the caller keeps; None where nothing changes.
    """
    record_id, person_id, name = record
    person = persons.lock(work, person_id)
    latest = history.latest_recorded(work, person_id, [name]).get(name)
    if person is None or latest is None or latest.record_id != record_id:
        return None
    note(work, history, person_id, without(name), Teller(FactSource.PLATFORM, reason="expired"))
    return person.without_recorded(name)


def day_after(day: date) -> datetime:
    """The first instant, in Paris, at which that day is over."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS)
