"""Schools: pupils' requests, establishments' answers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from atouts.identity.v1 import facts_pb2
from atouts.identity.v1 import schools_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from services.identity.application import bulk_validation, enrolments
from services.identity.bootstrap import Parts
from services.identity.domain.enrolments import Enrolment, EnrolmentState
from services.identity.domain.profiles import Person
from services.identity.domain.schooling import fit_schooling
from services.identity.entrypoints.doors.facts import STATES, STATES_ON_WIRE, fact_messages, read_facts
from services.identity.entrypoints.parsing import a_timestamp, an_id
from services.identity.store import views


class SchoolDoor:
    """The policy has proven that the caller is a delegate of the request's `partner_id`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._schools = parts.schools

    def request_enrolment(self, work: Work, request: pb.RequestEnrolmentRequest) -> pb.RequestEnrolmentResponse:
        schooling = fit_schooling(request.level, request.track, request.sector, read_facts(request.facts))
        command = enrolments.RequestEnrolment(request.scheme, request.season, request.uai, schooling)
        asked = enrolments.request_enrolment(work, self._schools, command)
        return pb.RequestEnrolmentResponse(enrolment=self._messages(work, [asked])[0])

    def list_enrolments(self, work: Work, _request: pb.ListEnrolmentsRequest) -> pb.ListEnrolmentsResponse:
        own = self._schools.enrolments.of_persons(work, [work.context.account_id])
        return pb.ListEnrolmentsResponse(enrolments=self._with_names(work, own))

    def list_school_enrolments(
        self, work: Work, request: pb.ListSchoolEnrolmentsRequest
    ) -> pb.ListSchoolEnrolmentsResponse:
        partner_id, state = UUID(an_id(request.partner_id, "partner_id")), _state(request.state)
        if request.returning and not request.season:
            raise Malformed("season", "Indiquez la saison.", "say which season")
        page = views.enrolments_of_school(
            work, partner_id, state, request.page_token, request.season, returning=request.returning
        )
        listed = [self._parts.enrolment_rows.enrolment(row) for row in page.rows]
        return pb.ListSchoolEnrolmentsResponse(
            enrolments=self._with_names(work, listed), next_page_token=page.next_token
        )

    def decide_enrolment(self, work: Work, request: pb.DecideEnrolmentRequest) -> pb.DecideEnrolmentResponse:
        command = enrolments.DecideEnrolment(
            partner_id=an_id(request.partner_id, "partner_id"),
            enrolment_id=an_id(request.enrolment_id, "enrolment_id"),
            validate=request.validate,
            reason=request.reason,
            level=request.level,
            track=request.track,
            sector=request.sector,
            facts=read_facts(request.facts),
        )
        decided = enrolments.decide_enrolment(work, self._schools, command)
        return pb.DecideEnrolmentResponse(enrolment=self._messages(work, [decided])[0])

    def validate_listed_enrolments(
        self, work: Work, request: pb.ValidateListedEnrolmentsRequest
    ) -> pb.ValidateListedEnrolmentsResponse:
        partner_id = an_id(request.partner_id, "partner_id")
        of_page = (request.scheme, request.season, request.page_token, bulk_validation.PAGE_SIZE)
        page = views.waiting_ids(work, UUID(partner_id), *of_page)
        ids = [str(row.enrolment_id) for row in page.rows]
        command = bulk_validation.ValidateListed(partner_id, request.scheme, request.season, ids, request.returning)
        validated = bulk_validation.validate_listed(work, self._schools, self._parts.class_lists, command)
        return pb.ValidateListedEnrolmentsResponse(
            validated=validated, left=len(ids) - validated, next_page_token=page.next_token
        )

    def _with_names(self, work: Work, found: Sequence[Enrolment]) -> list[pb.Enrolment]:
        person_ids = list({enrolment.person_id for enrolment in found})
        persons = {person.person_id: person for person in self._schools.persons.find_all(work, person_ids)}
        return self._messages(work, [(enrolment, persons[enrolment.person_id]) for enrolment in found])

    def _messages(self, work: Work, pairs: Sequence[tuple[Enrolment, Person]]) -> list[pb.Enrolment]:
        """Each with what the establishment's list says of the pupil as they declare themselves now."""
        listed = self._parts.class_lists.listed(work, pairs)
        returning = self._schools.enrolments.returning(work, [enrolment for enrolment, _ in pairs])
        messages = []
        for enrolment, person in pairs:
            message = _message(enrolment, person)
            message.returning = enrolment.enrolment_id in returning
            if schooling := listed.get(enrolment.enrolment_id):
                message.on_list = True
                message.differences.extend(enrolment.schooling.differences(schooling))
            messages.append(message)
        return messages


def _state(code: facts_pb2.EnrolmentState) -> EnrolmentState:
    if code == facts_pb2.ENROLMENT_STATE_UNSPECIFIED:
        return EnrolmentState.REQUESTED
    if code not in STATES:
        raise Malformed("state", "Cet état n'existe pas.", "unknown state")
    return STATES[code]


def _message(enrolment: Enrolment, person: Person) -> pb.Enrolment:
    return pb.Enrolment(
        enrolment_id=enrolment.enrolment_id,
        person_id=enrolment.person_id,
        scheme=enrolment.scheme,
        season=enrolment.season,
        uai=enrolment.uai,
        level=enrolment.schooling.level,
        track=enrolment.schooling.track,
        sector=enrolment.schooling.sector,
        state=STATES_ON_WIRE[enrolment.state],
        reason=enrolment.reason,
        surname=person.profile.surname,
        given_names=person.profile.all_given_names,
        birth_date=person.profile.birth_date.isoformat(),
        facts=fact_messages(enrolment.schooling.facts),
        requested_at=a_timestamp(enrolment.requested_at),
    )
