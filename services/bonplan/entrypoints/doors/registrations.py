"""Registrations, for members."""

from __future__ import annotations

from atouts.bonplan.v1 import registrations_pb2 as pb
from sqlalchemy.orm import Session

from chassis.clock import paris_day
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.bonplan import metrics
from services.bonplan.application.registering import FactsNeeded, Registered, register, withdraw
from services.bonplan.bootstrap import Parts
from services.bonplan.domain.errors import BonplanRefused
from services.bonplan.domain.rules import Facts
from services.bonplan.entrypoints.doors.messages import registration_message
from services.bonplan.entrypoints.doors.parsing import uuid_of
from services.bonplan.store.offers import Offers
from services.bonplan.store.views import registrations_of_person


class RegistrationDoor:
    """A person's own, and no other's."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def register(self, call: Call, request: pb.RegisterRequest) -> pb.RegisterResponse:
        """Identity is asked between two transactions, and only for a theme that is not for everybody."""
        offer_id = uuid_of(request.offer_id, "offer_id")
        try:
            made = self._register(call, offer_id)
        except BonplanRefused as refusal:
            metrics.count_refusal(refusal)
            raise
        return pb.RegisterResponse(registration=registration_message(made.registration, made.offer, made.warning))

    def _register(self, call: Call, offer_id: str) -> Registered:
        try:
            return self._in_one_transaction(call, offer_id, None)
        except FactsNeeded:
            today = paris_day(self._parts.platform.clock.now())
            facts = self._parts.persons.of(call.context.authority_id, call.context.account_id, today)
            return self._in_one_transaction(call, offer_id, facts)

    def _in_one_transaction(self, call: Call, offer_id: str, facts: Facts | None) -> Registered:
        platform, catalogue = self._parts.platform, self._parts.catalogue

        def act(session: Session) -> Registered:
            return register(platform.work(session, call.context), catalogue, offer_id, facts)

        return platform.database.run(act)

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
