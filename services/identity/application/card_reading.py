"""What a reader does with a check that it leased: read outside any transaction, then rule on it in one."""

from __future__ import annotations

from dataclasses import replace

from chassis.work import Work
from services.identity.application.card_checks import CheckParts, marks_of, settle
from services.identity.application.card_images import keep_crops
from services.identity.application.card_reviews import declared_of
from services.identity.domain.card_checks import (
    MOST_ATTEMPTS,
    WHOLE_SIDE,
    CardCheck,
    Lease,
    Ruling,
    document_mark,
    given_up,
    ruling_of,
)
from services.identity.domain.card_decisions import Word
from services.identity.domain.documents import Outcome, Reading, judge
from services.identity.domain.profiles import Person
from services.identity.domain.reading_records import record_of


def leased_sides(work: Work, parts: CheckParts, lease: Lease) -> tuple[bytes, ...]:
    """The pictures to read; none when there is nothing to read any more, or when they ended their readers before."""
    check = parts.checks.lock_leased(work, lease)
    if check is None:
        return ()
    if check.attempts > MOST_ATTEMPTS:
        parts.checks.rule(work, check, given_up(), Word())
        return ()
    pictures = parts.images.of(work, check.check_id)
    sides = [picture for picture in pictures if picture.label == WHOLE_SIDE]
    return tuple(parts.files.open(work, side.picture_id).content for side in sides)


def conclude_reading(work: Work, parts: CheckParts, lease: Lease, reading: Reading, seconds: float) -> CardCheck | None:
    """Rule on a reading that took `seconds`, against what the person declares now.

    None when another reader has the check.
    """
    seen = parts.checks.find(work, lease.check_id)
    person = parts.persons.lock(work, seen.person_id) if seen else None
    check = parts.checks.lock_leased(work, lease) if person else None
    if check is None or person is None:
        return None
    read = _with_reading(parts, check, reading)
    ruling = _ruling(work, parts, read, reading, person)
    keep_crops(work, parts, check.check_id, reading.crops, ruling.state.is_open)
    return settle(work, parts, read, ruling, Word(seconds=seconds), person)


def _with_reading(parts: CheckParts, check: CardCheck, reading: Reading) -> CardCheck:
    mark = parts.marks.document(document_mark(reading.fields)) if reading.fields else b""
    return replace(check, read=record_of(reading), mark=mark)


def _ruling(work: Work, parts: CheckParts, check: CardCheck, reading: Reading, person: Person) -> Ruling:
    verdict = judge(reading, declared_of(person.profile), work.today)
    if verdict.outcome is not Outcome.ACCEPTED:
        return ruling_of(verdict, ())
    return ruling_of(verdict, parts.marks.claim(work, marks_of(parts, check, person), person.person_id))
