"""Staff put a person's profile right, and see what it said before."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.work import Work
from services.identity.application.profiles import CorrectProfile, correct_profile, seen_person
from services.identity.bootstrap import Parts
from services.identity.domain.profiles import FormerVersion
from services.identity.entrypoints.doors.facts import fact_messages, profile_message, read_profile
from services.identity.entrypoints.parsing import a_reason, an_id


class RectificationDoor:
    """A person corrects what they declared by declaring it anew; this is for what staff answer for."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def get_person_profile(self, work: Work, request: pb.GetPersonProfileRequest) -> pb.GetPersonProfileResponse:
        person = seen_person(work, self._parts.facts.persons, an_id(request.person_id, "person_id"))
        return pb.GetPersonProfileResponse(profile=profile_message(person.profile), version=person.version)

    def correct_profile(self, work: Work, request: pb.CorrectProfileRequest) -> pb.CorrectProfileResponse:
        command = CorrectProfile(
            an_id(request.person_id, "person_id"), read_profile(request.profile), a_reason(request.reason)
        )
        person = correct_profile(work, self._parts.facts, command)
        return pb.CorrectProfileResponse(profile=profile_message(person.profile), version=person.version)

    def list_former_versions(self, work: Work, request: pb.ListFormerVersionsRequest) -> pb.ListFormerVersionsResponse:
        person_id = an_id(request.person_id, "person_id")
        work.audit("former_versions_seen", person_id)
        found = self._parts.person_versions.of(work, person_id)
        return pb.ListFormerVersionsResponse(versions=[_message(each) for each in found])


def _message(former: FormerVersion) -> pb.FormerVersion:
    replaced_at = Timestamp()
    replaced_at.FromDatetime(former.replaced_at)
    return pb.FormerVersion(
        version=former.version,
        profile=profile_message(former.profile),
        recorded=fact_messages(former.recorded),
        replaced_by=former.replaced_by,
        replaced_at=replaced_at,
        reason=former.reason,
    )
