"""A school validates at once all requests that agree with its class list: a page of a thousand a call.

Set-based, and told by one event a page. A call that was stopped is made again: what is validated waits no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.work import Work
from services.identity.application.enrolments import EnrolmentParts
from services.identity.application.ports import ClassLists
from services.identity.domain.enrolments import Enrolment, EnrolmentState

# As many as others may ask the facts of in one call.
PAGE_SIZE = 1_000


@dataclass(frozen=True, slots=True)
class ValidateListed:
    """`enrolment_ids`: of a page of requests that wait at this establishment for this scheme and season.

    `returning`: only those whom it validated the season before.
    """

    partner_id: str
    scheme: str
    season: str
    enrolment_ids: Sequence[str]
    returning: bool = False


def validate_listed(work: Work, parts: EnrolmentParts, lists: ClassLists, command: ValidateListed) -> int:
    """Validate those that the establishment's list names with the same schooling; how many they were."""
    agreed = _agreed(work, parts, lists, command)
    if not agreed:
        return 0
    versions = parts.persons.rise(work, [enrolment.person_id for enrolment in agreed])
    validated = [replace(each.validate(each.schooling), version=versions[each.person_id]) for each in agreed]
    parts.enrolments.keep_validations(work, validated, work.context.account_id)
    _tell(work, command, validated)
    return len(validated)


def _agreed(work: Work, parts: EnrolmentParts, lists: ClassLists, command: ValidateListed) -> list[Enrolment]:
    """Persons are locked before their enrolments, which are looked at again once they are."""
    seen = parts.enrolments.find_all(work, command.enrolment_ids)
    persons = {each.person_id: each for each in parts.persons.lock_all(work, [each.person_id for each in seen])}
    pairs = [
        (each, persons[each.person_id])
        for each in parts.enrolments.lock_all(work, command.enrolment_ids)
        if each.state is EnrolmentState.REQUESTED
        and (each.partner_id, each.scheme, each.season) == (command.partner_id, command.scheme, command.season)
    ]
    if command.returning:
        known = parts.enrolments.returning(work, [each for each, _ in pairs])
        pairs = [(each, person) for each, person in pairs if each.enrolment_id in known]
    listed = lists.listed(work, pairs)
    return [
        each
        for each, _ in pairs
        if each.enrolment_id in listed and not each.schooling.differences(listed[each.enrolment_id])
    ]


def _tell(work: Work, command: ValidateListed, validated: Sequence[Enrolment]) -> None:
    batch_id = str(uuid.uuid4())
    data = {
        "scheme": command.scheme,
        "season": command.season,
        "enrolments": [
            {"enrolment_id": each.enrolment_id, "person_id": each.person_id, "version": each.version}
            for each in validated
        ],
    }
    work.publish("enrolments_validated", batch_id, 1, data)
    after = {"partner_id": command.partner_id, "scheme": command.scheme, "validated": len(validated)}
    work.audit("enrolments_validated", batch_id, after=after)
