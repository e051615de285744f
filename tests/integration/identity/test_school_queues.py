"""What waits: for the référents of one school, and for staff by school and academy."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from atouts.identity.v1 import schools_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import SCHEME, SEASON, Stage
from tests.integration.identity.test_bulk_validation import School, line, pupil, was_here


def test_a_school_s_queue_tells_who_agrees_differs_is_unknown_or_was_here(stage: Stage) -> None:
    """Agreeing, differing and unlisted together are all that wait; the oldest tells since when."""
    school = School(stage)
    first = stage.clock.instant
    same = pupil(stage, "Fictivel")
    stage.clock.instant += timedelta(days=3)
    for name in ("Inventin", "Imaginet", "Nouvellin"):
        pupil(stage, name)
    was_here(stage, same, school)
    school.list_pupils(line("Fictivel"), line("Inventin", "premiere"))

    request = pb.GetSchoolQueueRequest(partner_id=school.partner_id)
    (queue,) = stage.call("GetSchoolQueue", request, school.referent.token).queues

    assert (queue.waiting, queue.on_list, queue.differing, queue.unlisted, queue.returning) == (4, 1, 1, 2, 1)
    assert (queue.scheme, queue.season, queue.uai, queue.academy) == (SCHEME, SEASON, "0760001A", "Normandie")
    assert queue.oldest_at.ToDatetime(UTC) == first


def test_what_is_answered_waits_no_more(stage: Stage) -> None:
    """A queue is empty once everybody has their answer."""
    school = School(stage)
    pupil(stage, "Fictivel")
    school.list_pupils(line("Fictivel"))
    school.validate_listed()

    request = pb.GetSchoolQueueRequest(partner_id=school.partner_id)

    assert list(stage.call("GetSchoolQueue", request, school.referent.token).queues) == []


def test_staff_see_every_school_by_academy(stage: Stage) -> None:
    """Totals of each academy; the schools of the one asked for."""
    caen, lyon = School(stage, "0140002B"), School(stage, "0690001A")
    pupil(stage, "Fictivel", "0140002B")
    pupil(stage, "Inventin", "0140002B")
    pupil(stage, "Imaginet", "0690001A")
    School(stage, "0760003C")  # nothing waits there

    staff = stage.staff("instruction")
    all_of_them = stage.call("ListSchoolQueues", pb.ListSchoolQueuesRequest(), staff.token)
    one = stage.call("ListSchoolQueues", pb.ListSchoolQueuesRequest(academy="Lyon"), staff.token)

    assert [(each.academy, each.schools, each.waiting) for each in all_of_them.academies] == [
        ("Lyon", 1, 1),
        ("Normandie", 1, 2),
    ]
    assert {each.partner_id: each.waiting for each in all_of_them.queues} == {caen.partner_id: 2, lyon.partner_id: 1}
    assert [each.partner_id for each in one.queues] == [lyon.partner_id]


def test_an_academy_where_nothing_waits_shows_no_school(stage: Stage) -> None:
    """An unknown name is an academy where nothing waits."""
    staff = stage.staff("support")
    answer = stage.call("ListSchoolQueues", pb.ListSchoolQueuesRequest(academy="Nulle part"), staff.token)

    assert (list(answer.queues), answer.next_page_token) == ([], "")


def test_schools_come_twenty_a_page(stage: Stage) -> None:
    """Only the schools of the page have their requests compared with their lists."""
    for number in range(21):
        uai = f"076{number:04}A"
        stage.establishment(uai)
        pupil(stage, f"Fictif{chr(97 + number)}", uai)
    staff = stage.staff("administration")

    first = stage.call("ListSchoolQueues", pb.ListSchoolQueuesRequest(), staff.token)
    rest = stage.call("ListSchoolQueues", pb.ListSchoolQueuesRequest(page_token=first.next_page_token), staff.token)

    assert (len(first.queues), len(rest.queues), rest.next_page_token) == (20, 1, "")
    assert first.academies[0].waiting == 21


def test_a_school_does_not_see_another_s_queue(stage: Stage) -> None:
    """Nor do schools see the list of all of them."""
    school, other = School(stage), School(stage, "0140002B")

    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("GetSchoolQueue", pb.GetSchoolQueueRequest(partner_id=other.partner_id), school.referent.token)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("ListSchoolQueues", pb.ListSchoolQueuesRequest(), school.referent.token)
