"""What a reader does with a check that it leased: read outside any transaction, then rule on it in one."""

from __future__ import annotations

from dataclasses import replace

from chassis.work import Work
from services.identity.application.card_checks import CheckParts, settle
from services.identity.application.ports import CardChecks
from services.identity.domain.card_checks import (
    MOST_ATTEMPTS,
    CardCheck,
    Lease,
    Ruling,
    document_mark,
    given_up,
    plain,
    ruling_of,
)
from services.identity.domain.documents import Declared, Outcome, Reading, judge
from services.identity.domain.profiles import Profile


def leased_picture(work: Work, parts: CheckParts, lease: Lease) -> bytes | None:
    """The picture to read; None when there is nothing to read any more, or when it ended its readers before."""
    check = parts.checks.lock_leased(work, lease)
    if check is None:
        return None
    if check.attempts > MOST_ATTEMPTS:
        parts.checks.rule(work, check, given_up(), None)
        return None
    return parts.files.open(work, check.file_id).content


def conclude_reading(work: Work, parts: CheckParts, lease: Lease, reading: Reading) -> CardCheck | None:
    """Rule on a reading against what the person declares now; None when another reader has the check."""
    seen = parts.checks.find(work, lease.check_id)
    person = parts.persons.lock(work, seen.person_id) if seen else None
    check = parts.checks.lock_leased(work, lease) if person else None
    if check is None or person is None:
        return None
    read = _with_reading(parts.checks, check, reading)
    ruling = _ruling(work, parts.checks, read, reading, person.profile)
    return settle(work, parts, read, ruling, None, person)


def _with_reading(checks: CardChecks, check: CardCheck, reading: Reading) -> CardCheck:
    if reading.fields is None:
        return check
    return replace(check, read=plain(reading.fields), mark=checks.mark_of(document_mark(reading.fields)))


def _ruling(work: Work, checks: CardChecks, check: CardCheck, reading: Reading, profile: Profile) -> Ruling:
    declared = Declared(profile.surname, profile.all_given_names, profile.birth_date)
    verdict = judge(reading, declared, work.today)
    is_accepted = verdict.outcome is Outcome.ACCEPTED
    is_free = not is_accepted or checks.claim_document(work, check.mark, check.person_id)
    return ruling_of(verdict, is_free)
