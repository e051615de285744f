"""Suspensions: imposed, followed and lifted by staff, read by the person."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from atouts.wallet.v1 import suspensions_pb2 as pb

from chassis.work import Work
from services.wallet.application import suspensions as use_cases
from services.wallet.bootstrap import Parts
from services.wallet.domain.suspension import Letters
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import suspensions
from services.wallet.store.suspensions import Suspended


class SuspensionDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def suspend_benefits(self, work: Work, request: pb.SuspendBenefitsRequest) -> pb.SuspendBenefitsResponse:
        command = use_cases.SuspendBenefits(
            parse.identifier("membership_id", request.membership_id),
            [parse.name("benefits", benefit) for benefit in request.benefits],
            parse.optional_day("until", request.until),
            parse.reason(request.reason),
            parse.optional_day("notified_on", request.notified_on),
        )
        suspension_id = use_cases.suspend(work, self._parts.rules, command)
        return pb.SuspendBenefitsResponse(suspension_id=str(suspension_id))

    def lift_suspension(self, work: Work, request: pb.LiftSuspensionRequest) -> pb.LiftSuspensionResponse:
        use_cases.lift(work, self._parts.rules, parse.identifier("suspension_id", request.suspension_id))
        return pb.LiftSuspensionResponse()

    def record_suspension_letters(
        self, work: Work, request: pb.RecordSuspensionLettersRequest
    ) -> pb.RecordSuspensionLettersResponse:
        letters = Letters(
            parse.optional_day("notified_on", request.notified_on),
            parse.optional_day("appealed_on", request.appealed_on),
            parse.optional_day("answered_on", request.answered_on),
        )
        suspension_id = parse.identifier("suspension_id", request.suspension_id)
        use_cases.record_letters(work, self._parts.rules, suspension_id, letters)
        return pb.RecordSuspensionLettersResponse()

    def search_suspensions(self, work: Work, request: pb.SearchSuspensionsRequest) -> pb.SearchSuspensionsResponse:
        found, next_page_token = suspensions.page(
            work, self._parts.rules.cipher, biting=not request.all, page_token=request.page_token
        )
        return pb.SearchSuspensionsResponse(
            suspensions=[_message(each, work.today) for each in found], next_page_token=next_page_token
        )

    def list_suspensions(self, work: Work, _request: pb.ListSuspensionsRequest) -> pb.ListSuspensionsResponse:
        found = suspensions.of_person(work, self._parts.rules.cipher, UUID(work.context.account_id))
        return pb.ListSuspensionsResponse(suspensions=[_message(each, work.today) for each in found])


def _message(found: Suspended, today: date) -> pb.Suspension:
    suspension = found.suspension
    return pb.Suspension(
        suspension_id=str(suspension.suspension_id),
        membership_id=str(suspension.membership_id),
        person_id=str(found.person_id),
        scheme=found.scheme,
        season=found.season,
        benefits=sorted(suspension.bar.benefits),
        until=suspension.bar.until.isoformat(),
        reason=suspension.reason,
        imposed_at=timestamp(suspension.imposed_at),
        notified_on=_day(suspension.letters.notified_on),
        appealed_on=_day(suspension.letters.appealed_on),
        answered_on=_day(suspension.letters.answered_on),
        lifted_at=timestamp(suspension.lifted_at) if suspension.lifted_at else None,
        in_force=suspension.bites_on(today),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
