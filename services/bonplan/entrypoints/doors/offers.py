"""Offers: written, moderated, shown."""

from __future__ import annotations

from atouts.bonplan.v1 import offers_pb2 as pb

from chassis import logs
from chassis.clock import paris_day
from chassis.context import AccountKind
from chassis.errors import Operational
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.bonplan.application.idempotency import once
from services.bonplan.application.moderating import ModerateOffer, moderate_offer
from services.bonplan.application.showing import asking_facts, shown
from services.bonplan.application.submitting import submit_offer
from services.bonplan.bootstrap import Parts
from services.bonplan.domain.errors import UnknownOffer
from services.bonplan.domain.rules import Facts
from services.bonplan.entrypoints.doors.messages import offer_message
from services.bonplan.entrypoints.doors.parsing import idempotency_key_of, partner_or_none, terms_of, uuid_of
from services.bonplan.store.offers import Offers
from services.bonplan.store.views import offers_of_partner, offers_to_moderate, public_offers

_log = logs.get(__name__)


class OfferDoor:
    """For authors, moderators, and everybody."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def submit_offer(self, work: Work, request: pb.SubmitOfferRequest) -> pb.SubmitOfferResponse:
        key = idempotency_key_of(request.idempotency_key)
        terms = terms_of(request)

        def act() -> bytes:
            offer = submit_offer(work, self._parts.catalogue, terms)
            return pb.SubmitOfferResponse(offer=offer_message(offer)).SerializeToString()

        return pb.SubmitOfferResponse.FromString(once(work, "SubmitOffer", key, repr(terms).encode(), act))

    def list_partner_offers(self, work: Work, request: pb.ListPartnerOffersRequest) -> pb.ListPartnerOffersResponse:
        found, following = offers_of_partner(work, uuid_of(request.partner_id, "partner_id"), request.page_token)
        return pb.ListPartnerOffersResponse(offers=map(offer_message, found), next_page_token=following)

    def list_offers_to_moderate(
        self, work: Work, request: pb.ListOffersToModerateRequest
    ) -> pb.ListOffersToModerateResponse:
        found, following = offers_to_moderate(work, request.page_token)
        return pb.ListOffersToModerateResponse(offers=map(offer_message, found), next_page_token=following)

    def moderate_offer(self, work: Work, request: pb.ModerateOfferRequest) -> pb.ModerateOfferResponse:
        order = ModerateOffer(uuid_of(request.offer_id, "offer_id"), request.accept, request.reason)
        return pb.ModerateOfferResponse(offer=offer_message(moderate_offer(work, self._parts.seeds, order)))

    @direct
    def list_offers(self, call: Call, request: pb.ListOffersRequest) -> pb.ListOffersResponse:
        """A young person who is signed in sees those whose theme is for them; everybody else sees them all."""
        partner_id, platform = partner_or_none(request.partner_id), self._parts.platform
        with platform.database.transaction() as session:
            work = platform.work(session, call.context)
            found, following = public_offers(work, partner_id, request.page_token)
            asking = asking_facts(work, self._parts.catalogue, found) if _is_young(call) else {}
        seen = shown(found, asking, self._facts(call) if asking else None)
        return pb.ListOffersResponse(offers=map(offer_message, seen), next_page_token=following)

    def get_offer(self, work: Work, request: pb.GetOfferRequest) -> pb.GetOfferResponse:
        offer = Offers(work).find(uuid_of(request.offer_id, "offer_id"))
        if not offer.state.is_public:
            raise UnknownOffer(offer.offer_id)
        return pb.GetOfferResponse(offer=offer_message(offer))

    def _facts(self, call: Call) -> Facts | None:
        """None while identity is away: what asks for facts is left out until it is back."""
        today = paris_day(self._parts.platform.clock.now())
        try:
            return self._parts.persons.of(call.context.authority_id, call.context.account_id, today)
        except Operational as absence:
            _log.warning("offers are shown without those of closed themes", reason=str(absence))
            return None


def _is_young(call: Call) -> bool:
    return call.context.account is not None and call.context.account.kind is AccountKind.YOUNG
