"""Who comes, for organisers. Names are asked of identity outside any transaction, and kept nowhere."""

from __future__ import annotations

from atouts.bonplan.v1 import registrations_pb2 as pb

from chassis import logs
from chassis.errors import Operational
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.bonplan.application.attending import RecordAttendance, record_attendance
from services.bonplan.application.organising import RegistrantsSeen, see_registrants
from services.bonplan.bootstrap import Parts
from services.bonplan.entrypoints.doors.messages import registrant_message
from services.bonplan.entrypoints.doors.parsing import attendance_of, partner_or_none, uuid_of

_log = logs.get(__name__)


class RegistrantDoor:
    """The list shows without names while identity is away: codes are what counts at the door."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def list_registrants(self, call: Call, request: pb.ListRegistrantsRequest) -> pb.ListRegistrantsResponse:
        offer_id, partner_id = uuid_of(request.offer_id, "offer_id"), partner_or_none(request.partner_id)
        platform = self._parts.platform
        with platform.database.transaction() as session:
            seen = see_registrants(platform.work(session, call.context), offer_id, partner_id, request.page_token)
        names = self._names(call.context.authority_id, seen)
        messages = [registrant_message(each, names.get(each.person_id, "")) for each in seen.registrations]
        return pb.ListRegistrantsResponse(registrants=messages, next_page_token=seen.next_page_token)

    def record_attendance(self, work: Work, request: pb.RecordAttendanceRequest) -> pb.RecordAttendanceResponse:
        order = RecordAttendance(
            uuid_of(request.offer_id, "offer_id"),
            partner_or_none(request.partner_id),
            uuid_of(request.registration_id, "registration_id"),
            attendance_of(request.attendance),
        )
        kept = record_attendance(work, self._parts.catalogue, order)
        return pb.RecordAttendanceResponse(registrant=registrant_message(kept, ""))

    def _names(self, authority_id: str, seen: RegistrantsSeen) -> dict[str, str]:
        if not (seen.shows_names and seen.registrations):
            return {}
        try:
            return self._parts.contacts.names_of(authority_id, [each.person_id for each in seen.registrations])
        except Operational as absence:
            _log.warning("registrants are shown without names", reason=str(absence))
            return {}
