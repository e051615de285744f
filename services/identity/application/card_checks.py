"""Card checks as persons and staff see them: sent, followed, decided by hand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from chassis.files import FileGone, Files, StoredFile
from chassis.work import Work
from services.identity.application.erasure_ports import KeptMarks
from services.identity.application.ports import CardChecks, Persons
from services.identity.application.profiles import keep_changed, locked_person
from services.identity.domain.card_checks import CardCheck, CheckState, Ruling, require_for_person
from services.identity.domain.enrolments import fit_reason
from services.identity.domain.erasures import BENEFITS_HAD
from services.identity.domain.profiles import Person
from services.identity.domain.refusals import (
    CheckUnderWay,
    CheckUnknown,
    DocumentOfAnother,
    IdentityAlreadyChecked,
    ImageDestroyed,
)

MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class CheckParts:
    """What card checks need."""

    persons: Persons
    checks: CardChecks
    files: Files
    marks: KeptMarks


@dataclass(frozen=True, slots=True)
class DecideCardCheck:
    """`reason` is French, shown to the person; required when refused."""

    check_id: str
    accept: bool
    reason: str


def submit_card(work: Work, parts: CheckParts, picture: bytes) -> CardCheck:
    """Put a safe picture into the readers' line.

    Raises ProfileMissing, IdentityAlreadyChecked, CheckUnderWay.
    """
    person = locked_person(work, parts.persons, work.context.account_id)
    if person.identity_checked:
        raise IdentityAlreadyChecked
    file_id = parts.files.put(work, picture, MEDIA_TYPE)
    check = CardCheck(str(uuid.uuid4()), person.person_id, CheckState.PENDING, work.now, file_id)
    if not parts.checks.add(work, check):
        raise CheckUnderWay
    return check


def own_check(work: Work, checks: CardChecks, check_id: str) -> CardCheck:
    """The caller's check of that id, or their latest. Raises CheckUnknown."""
    caller = work.context.account_id
    check = checks.find(work, check_id) if check_id else checks.latest_of(work, caller)
    if check is None or check.person_id != caller:
        raise CheckUnknown
    return check


def card_image(work: Work, parts: CheckParts, check_id: str) -> StoredFile:
    """The picture, while a person has to look; that it was seen is on record. Raises CheckUnknown, ImageDestroyed."""
    check = parts.checks.find(work, check_id)
    if check is None:
        raise CheckUnknown
    if not check.file_id:
        raise ImageDestroyed
    work.audit("card_image_seen", check_id)
    try:
        return parts.files.open(work, check.file_id)
    except FileGone:
        raise ImageDestroyed from None


def decide_card_check(work: Work, parts: CheckParts, command: DecideCardCheck) -> CardCheck:
    """Staff's word on what the machine could not decide.

    Raises CheckUnknown, CheckNotForPerson, ReasonMissing, DocumentOfAnother.
    """
    seen = parts.checks.find(work, command.check_id)
    if seen is None:
        raise CheckUnknown
    person = locked_person(work, parts.persons, seen.person_id)
    check = parts.checks.lock(work, command.check_id) or seen
    require_for_person(check.state)
    ruling = _ruling(work, parts.checks, check, command)
    decided = settle(work, parts, check, ruling, work.context.account_id, person)
    work.audit("card_check_decided", check.check_id, before=check.state.value, after=ruling.state.value)
    return decided


def settle(
    work: Work, parts: CheckParts, check: CardCheck, ruling: Ruling, decided_by: str | None, person: Person
) -> CardCheck:
    """Write a ruling on a locked check of a locked person, with all that follows from it."""
    decided = parts.checks.rule(work, check, ruling, decided_by)
    if not ruling.state.keeps_image:
        parts.files.destroy(work, check.file_id)
    if ruling.state is CheckState.ACCEPTED:
        known = _remembered(work, parts, check, person)
        person = keep_changed(work, parts.persons, replace(known, identity_checked=True))
    if not ruling.state.is_open:
        _publish_checked(work, decided, ruling, person)
    return decided


def _remembered(work: Work, parts: CheckParts, check: CardCheck, person: Person) -> Person:
    """What was had once under an account that this card was accepted for, and that was erased since."""
    had = parts.marks.once_keys(work.authority_id, check.mark) if check.mark else []
    return person.with_recorded({BENEFITS_HAD: had}) if had else person


def _publish_checked(work: Work, check: CardCheck, ruling: Ruling, person: Person) -> None:
    """Codes only: what staff wrote to the person is read here, by that person."""
    data = {
        "check_id": check.check_id,
        "person_id": person.person_id,
        "verdict": ruling.state.value,
        "reasons": [code for code, _ in ruling.reasons],
    }
    work.publish("card_checked", person.person_id, person.version, data)


def _ruling(work: Work, checks: CardChecks, check: CardCheck, command: DecideCardCheck) -> Ruling:
    if not command.accept:
        return Ruling(CheckState.REFUSED, sentence=fit_reason(command.reason))
    if check.mark and not checks.claim_document(work, check.mark, check.person_id):
        raise DocumentOfAnother
    return Ruling(CheckState.ACCEPTED)
