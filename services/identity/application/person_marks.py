"""Marks of persons who were proven before there were marks."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.work import Work
from services.identity.application.card_checks import CheckParts
from services.identity.domain.card_checks import Marks, person_mark

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """One page of persons: how many have their mark now, who shares it with another account, where to go on.

    `last` is empty at the end.
    """

    marked: int
    shared: tuple[str, ...]
    last: str


def claim_for_proven(work: Work, parts: CheckParts, after: str) -> Claimed:
    """Claim the marks of proven persons after that id who have none; a shared one stays with its first account."""
    person_ids = parts.marks.unmarked(work, after, _AT_ONCE)
    persons = [person for person in parts.persons.lock_all(work, person_ids) if person.identity_checked]
    shared = tuple(
        person.person_id
        for person in persons
        if parts.marks.claim(work, Marks(b"", parts.marks.person(person_mark(person.profile))), person.person_id)
    )
    return Claimed(len(persons) - len(shared), shared, person_ids[-1] if len(person_ids) == _AT_ONCE else "")
