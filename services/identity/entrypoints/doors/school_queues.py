"""What waits: at one school for its référents, at all of them for staff."""

from __future__ import annotations

from atouts.identity.v1 import schools_pb2 as pb

from chassis.work import Work
from rulebooks.territory import academy_of
from services.identity.application import school_queues as use
from services.identity.bootstrap import Parts
from services.identity.domain.facts import department_of_school
from services.identity.entrypoints.parsing import a_timestamp, an_id
from services.identity.store import views

_SCHOOLS_A_PAGE = 20


class SchoolQueueDoor:
    """Counted at reading."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def get_school_queue(self, work: Work, request: pb.GetSchoolQueueRequest) -> pb.GetSchoolQueueResponse:
        return pb.GetSchoolQueueResponse(queues=self._queues(work, [an_id(request.partner_id, "partner_id")]))

    def list_school_queues(self, work: Work, request: pb.ListSchoolQueuesRequest) -> pb.ListSchoolQueuesResponse:
        of_prefixes = [(row.prefix, row.schools, row.waiting, row.oldest_at) for row in views.waiting_by_prefix(work)]
        prefixes = None
        if request.academy:
            prefixes = [each for each, *_ in of_prefixes if _academy(each) == request.academy]
        page = views.schools_waiting(work, prefixes, request.page_token, _SCHOOLS_A_PAGE)
        return pb.ListSchoolQueuesResponse(
            academies=map(_academy_message, use.academy_queues(of_prefixes)),
            queues=self._queues(work, [str(row.partner_id) for row in page.rows]),
            next_page_token=page.next_token,
        )

    def _queues(self, work: Work, partner_ids: list[str]) -> list[pb.SchoolQueue]:
        queues = use.school_queues(work, self._parts.schools, self._parts.class_lists, partner_ids)
        return [_message(queue) for queue in queues]


def _message(queue: use.SchoolQueue) -> pb.SchoolQueue:
    return pb.SchoolQueue(
        partner_id=queue.partner_id,
        uai=queue.uai,
        academy=_academy(queue.uai),
        scheme=queue.scheme,
        season=queue.season,
        waiting=queue.waiting,
        on_list=queue.on_list,
        differing=queue.differing,
        unlisted=queue.unlisted,
        returning=queue.returning,
        oldest_at=a_timestamp(queue.oldest_at),
    )


def _academy_message(queue: use.AcademyQueue) -> pb.AcademyQueue:
    return pb.AcademyQueue(
        academy=queue.academy,
        schools=queue.schools,
        waiting=queue.waiting,
        oldest_at=a_timestamp(queue.oldest_at),
    )


def _academy(uai: str) -> str:
    return academy_of(department_of_school(uai))
