"""Card checks as persons send and follow them, and what follows from a ruling."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.files import Files
from chassis.work import Work
from rulebooks import Catalogue
from services.identity.application.card_images import MEDIA_TYPE, add_pictures, let_go_of_images
from services.identity.application.ports import CardChecks, CardImages, IdentityMarks, Persons
from services.identity.application.profiles import keep_changed, locked_person
from services.identity.domain.card_checks import WHOLE_SIDE, CardCheck, CheckState, Marks, Ruling, person_mark
from services.identity.domain.card_decisions import Word
from services.identity.domain.profiles import Person
from services.identity.domain.refusals import CheckUnderWay, CheckUnknown, IdentityAlreadyChecked


@dataclass(frozen=True, slots=True)
class CheckParts:
    """What card checks need. The catalogue says how long images are kept."""

    persons: Persons
    checks: CardChecks
    images: CardImages
    marks: IdentityMarks
    files: Files
    catalogue: Catalogue


def submit_card(work: Work, parts: CheckParts, sides: Sequence[bytes]) -> CardCheck:
    """Put the safe pictures of one document into the readers' line.

    Raises ProfileMissing, IdentityAlreadyChecked, CheckUnderWay.
    """
    person = locked_person(work, parts.persons, work.context.account_id)
    if person.identity_checked:
        raise IdentityAlreadyChecked
    first, *others = sides
    file_id = parts.files.put(work, first, MEDIA_TYPE)
    check = CardCheck(str(uuid.uuid4()), person.person_id, CheckState.PENDING, work.now, file_id)
    if not parts.checks.add(work, check):
        raise CheckUnderWay
    add_pictures(work, parts, check.check_id, ((side, WHOLE_SIDE, jpeg) for side, jpeg in enumerate(others, 2)))
    return check


def own_check(work: Work, checks: CardChecks, check_id: str) -> CardCheck:
    """The caller's check of that id, or their latest. Raises CheckUnknown."""
    caller = work.context.account_id
    check = checks.find(work, check_id) if check_id else checks.latest_of(work, caller)
    if check is None or check.person_id != caller:
        raise CheckUnknown
    return check


def may_submit(work: Work, parts: CheckParts) -> bool:
    """Whether the caller may send a card now: nothing is under way, and their identity is not proven, or no longer."""
    caller = work.context.account_id
    latest, person = parts.checks.latest_of(work, caller), parts.persons.find(work, caller)
    is_open = latest is not None and latest.state.is_open
    return person is not None and not person.identity_checked and not is_open


def marks_of(parts: CheckParts, check: CardCheck, person: Person) -> Marks:
    """By what was read, and by what the person declares now."""
    return Marks(check.mark, parts.marks.person(person_mark(person.profile)))


def settle(work: Work, parts: CheckParts, check: CardCheck, ruling: Ruling, word: Word, person: Person) -> CardCheck:
    """Write a ruling on a locked check of a locked person, with all that follows from it."""
    decided = parts.checks.rule(work, check, ruling, word)
    if not ruling.state.is_open:
        let_go_of_images(work, parts, decided.check_id)
        _publish_checked(work, decided, ruling, _as_ruled(work, parts, check, ruling, person))
    return decided


def _as_ruled(work: Work, parts: CheckParts, check: CardCheck, ruling: Ruling, person: Person) -> Person:
    """The person, proven or no longer proven; a refusal of what was never accepted changes nothing."""
    if ruling.state is CheckState.ACCEPTED:
        return keep_changed(work, parts.persons, replace(person, identity_checked=True))
    if check.state is CheckState.ACCEPTED:
        parts.marks.release(work, check.mark, person.person_id)
        return keep_changed(work, parts.persons, replace(person, identity_checked=False))
    return person


def _publish_checked(work: Work, check: CardCheck, ruling: Ruling, person: Person) -> None:
    """Codes only: what staff wrote to the person is read here, by that person."""
    data = {
        "check_id": check.check_id,
        "person_id": person.person_id,
        "verdict": ruling.state.value,
        "reasons": [code for code, _ in ruling.reasons],
    }
    work.publish("card_checked", person.person_id, person.version, data)
