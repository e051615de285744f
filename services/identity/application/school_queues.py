"""What waits for a school's answer: counted at reading, by scheme and season."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from chassis.work import Work
from rulebooks.territory import academy_of
from services.identity.application.enrolments import EnrolmentParts
from services.identity.application.ports import ClassLists
from services.identity.domain.enrolments import Enrolment
from services.identity.domain.facts import department_of_school
from services.identity.domain.schooling import Schooling

# Requests are compared with the lists by so many: the longest statement stays short.
_COMPARED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class SchoolQueue:
    """`on_list`: in the list with the same schooling; `differing`: in it otherwise. The rest is in no list."""

    partner_id: str
    uai: str
    scheme: str
    season: str
    waiting: int
    on_list: int
    differing: int
    returning: int
    oldest_at: datetime | None

    @property
    def unlisted(self) -> int:
        return self.waiting - self.on_list - self.differing


@dataclass(frozen=True, slots=True)
class AcademyQueue:
    """What waits in the schools of one academy; of none, for a number whose department has none."""

    academy: str
    schools: int
    waiting: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class _Seen:
    """What lists say of requests, and whose person was here last year, by enrolment id."""

    listed: Mapping[str, Schooling]
    returning: Set[str]


def school_queues(
    work: Work, parts: EnrolmentParts, lists: ClassLists, partner_ids: Sequence[str]
) -> list[SchoolQueue]:
    """One for each establishment, scheme and season where something waits."""
    asked = sorted(parts.enrolments.waiting_at(work, partner_ids), key=_line)
    seen = _seen(work, parts, lists, asked)
    return [_queue(list(group), seen) for _, group in groupby(asked, key=_line)]


def academy_queues(of_prefixes: Iterable[tuple[str, int, int, datetime]]) -> list[AcademyQueue]:
    """From the prefix of a school's number, schools, requests that wait and since when, to one a academy, by name."""
    found: dict[str, AcademyQueue] = {}
    for prefix, schools, waiting, oldest_at in of_prefixes:
        academy = academy_of(department_of_school(prefix))
        known = found.get(academy, AcademyQueue(academy, 0, 0, oldest_at))
        found[academy] = AcademyQueue(
            academy, known.schools + schools, known.waiting + waiting, min(known.oldest_at, oldest_at)
        )
    return sorted(found.values(), key=lambda queue: queue.academy)


def _line(enrolment: Enrolment) -> tuple[str, str, str]:
    return enrolment.partner_id, enrolment.season, enrolment.scheme


def _seen(work: Work, parts: EnrolmentParts, lists: ClassLists, asked: Sequence[Enrolment]) -> _Seen:
    listed: dict[str, Schooling] = {}
    returning: set[str] = set()
    for start in range(0, len(asked), _COMPARED_AT_ONCE):
        some = asked[start : start + _COMPARED_AT_ONCE]
        person_ids = list({each.person_id for each in some})
        persons = {person.person_id: person for person in parts.persons.find_all(work, person_ids)}
        listed |= lists.listed(work, [(each, persons[each.person_id]) for each in some])
        returning |= parts.enrolments.returning(work, some)
    return _Seen(listed, returning)


def _queue(group: Sequence[Enrolment], seen: _Seen) -> SchoolQueue:
    first = group[0]
    listed = [(each, seen.listed[each.enrolment_id]) for each in group if each.enrolment_id in seen.listed]
    differing = sum(1 for each, schooling in listed if each.schooling.differences(schooling))
    return SchoolQueue(
        partner_id=first.partner_id,
        uai=first.uai,
        scheme=first.scheme,
        season=first.season,
        waiting=len(group),
        on_list=len(listed) - differing,
        differing=differing,
        returning=sum(each.enrolment_id in seen.returning for each in group),
        oldest_at=min((each.requested_at for each in group if each.requested_at), default=None),
    )
