"""Registrations, for members."""

from __future__ import annotations

from atouts.bonplan.v1 import registrations_pb2 as pb

from chassis.work import Work
from services.bonplan import metrics
from services.bonplan.application.registering import register, withdraw
from services.bonplan.bootstrap import Parts
from services.bonplan.domain.errors import BonplanRefused
from services.bonplan.entrypoints.doors.messages import registration_message
from services.bonplan.entrypoints.doors.parsing import uuid_of
from services.bonplan.store.offers import Offers
from services.bonplan.store.views import registrations_of_person


class RegistrationDoor:
    """A person's own, and no other's."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def register(self, work: Work, request: pb.RegisterRequest) -> pb.RegisterResponse:
        offer_id = uuid_of(request.offer_id, "offer_id")
        try:
            registration, offer = register(work, self._parts.catalogue, offer_id)
        except BonplanRefused as refusal:
            metrics.count_refusal(refusal)
            raise
        return pb.RegisterResponse(registration=registration_message(registration, offer))

    def withdraw(self, work: Work, request: pb.WithdrawRequest) -> pb.WithdrawResponse:
        registration, offer = withdraw(work, uuid_of(request.offer_id, "offer_id"))
        return pb.WithdrawResponse(registration=registration_message(registration, offer))

    def list_my_registrations(
        self, work: Work, request: pb.ListMyRegistrationsRequest
    ) -> pb.ListMyRegistrationsResponse:
        found, following = registrations_of_person(work, work.context.account_id, request.page_token)
        offers = Offers(work).many({each.offer_id for each in found})
        messages = [registration_message(each, offers[each.offer_id]) for each in found]
        return pb.ListMyRegistrationsResponse(registrations=messages, next_page_token=following)
