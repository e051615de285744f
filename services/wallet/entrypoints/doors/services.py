"""For the other services: payout counts days, partner stops accreditations, others learn who is a member."""

from __future__ import annotations

from atouts.wallet.v1 import memberships_pb2
from atouts.wallet.v1 import movements_pb2 as pb

from chassis.work import Work
from services.wallet.application import days
from services.wallet.bootstrap import Parts
from services.wallet.domain.accreditation import Accreditation
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.memberships import state_message
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import views


class ServicesDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def stop_accreditation(self, work: Work, request: pb.StopAccreditationRequest) -> pb.StopAccreditationResponse:
        partner_id = parse.identifier("partner_id", request.partner_id)
        days.stop_accreditation(
            work,
            Accreditation(
                partner_id,
                parse.name("scheme", request.scheme),
                parse.name("category", request.category),
                granted=False,
                version=request.version,
            ),
        )
        return pb.StopAccreditationResponse()

    def count_day(self, work: Work, request: pb.CountDayRequest) -> pb.CountDayResponse:
        counted = days.count_day(work, parse.day("day", request.day))
        return pb.CountDayResponse(
            partners=[
                pb.PartnerDay(
                    partner_id=str(each.partner_id),
                    scheme=each.scheme,
                    count=each.count,
                    sum_cents=each.sum_cents,
                )
                for each in counted
            ]
        )

    def list_day_movements(self, work: Work, request: pb.ListDayMovementsRequest) -> pb.ListDayMovementsResponse:
        found, next_page_token = views.day_movements(work, parse.day("day", request.day), request.page_token)
        return pb.ListDayMovementsResponse(
            movements=[_movement(movement) for movement in found], next_page_token=next_page_token
        )

    def list_membership_states(
        self, work: Work, request: memberships_pb2.ListMembershipStatesRequest
    ) -> memberships_pb2.ListMembershipStatesResponse:
        found, next_page_token = views.membership_standings(work, request.page_token)
        return memberships_pb2.ListMembershipStatesResponse(
            memberships=[
                memberships_pb2.MembershipStanding(
                    membership_id=str(each.membership_id),
                    person_id=str(each.person_id),
                    scheme=each.scheme,
                    season=each.season,
                    state=state_message(each.state),
                    version=each.version,
                )
                for each in found
            ],
            next_page_token=next_page_token,
        )


def _movement(movement: views.PartnerMovement) -> pb.PartnerMovement:
    return pb.PartnerMovement(
        movement_id=str(movement.movement_id),
        debit_id=str(movement.debit_id),
        partner_id=str(movement.partner_id),
        scheme=movement.scheme,
        season=movement.season,
        benefit=movement.benefit,
        category=movement.category,
        amount_cents=movement.amount_cents,
        occurred_at=timestamp(movement.occurred_at),
        business_day=movement.business_day.isoformat(),
        rulebook_hash=movement.rulebook_hash,
    )
