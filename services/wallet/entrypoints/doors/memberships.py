"""Memberships and their fees."""

from __future__ import annotations

from uuid import UUID

from atouts.wallet.v1 import memberships_pb2 as pb

from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.wallet.application import fees
from services.wallet.application import memberships as use_cases
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.bootstrap import Parts
from services.wallet.domain.errors import ProfileMissing, ProviderEventRefused, UnknownMembership
from services.wallet.domain.membership import FeeState, Grant, Membership, MembershipState
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.entrypoints.transactions import in_transaction
from services.wallet.store import memberships, views

_STATES = {
    MembershipState.AWAITING_CONSENT: pb.MEMBERSHIP_STATE_AWAITING_CONSENT,
    MembershipState.AWAITING_IDENTITY: pb.MEMBERSHIP_STATE_AWAITING_IDENTITY,
    MembershipState.AWAITING_SCHOOL: pb.MEMBERSHIP_STATE_AWAITING_SCHOOL,
    MembershipState.AWAITING_PAYMENT: pb.MEMBERSHIP_STATE_AWAITING_PAYMENT,
    MembershipState.ACTIVE: pb.MEMBERSHIP_STATE_ACTIVE,
    MembershipState.REFUSED: pb.MEMBERSHIP_STATE_REFUSED,
    MembershipState.ENDED: pb.MEMBERSHIP_STATE_ENDED,
}
_FEE_STATES = {
    FeeState.NONE: pb.FEE_STATE_NONE,
    FeeState.DUE: pb.FEE_STATE_DUE,
    FeeState.CARD_STARTED: pb.FEE_STATE_CARD_STARTED,
    FeeState.CHEQUE_ANNOUNCED: pb.FEE_STATE_CHEQUE_ANNOUNCED,
    FeeState.CASHED: pb.FEE_STATE_CASHED,
    FeeState.WAIVED: pb.FEE_STATE_WAIVED,
}
_STATE_OF_WIRE = {wire: state for state, wire in _STATES.items()}
_FEE_STATE_OF_WIRE = {wire: state for state, wire in _FEE_STATES.items()}


class MembershipDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def request_membership(self, call: Call, request: pb.RequestMembershipRequest) -> pb.RequestMembershipResponse:
        """Identity is asked between two transactions, never inside one."""
        platform, rules = self._parts.platform, self._parts.rules
        person_id = UUID(call.context.account_id)
        command = use_cases.RequestMembership(
            person_id,
            parse.name("scheme", request.scheme),
            parse.name("season", request.season),
            parse.charter_version(request.charter_version),
        )
        platform.database.run(
            lambda session: use_cases.check_may_ask(platform.work(session, call.context), rules, command)
        )
        found = self._parts.facts.look_up([person_id])
        if not found:
            raise ProfileMissing
        membership = platform.database.run(
            lambda session: use_cases.request(platform.work(session, call.context), rules, found[0], command)
        )
        return pb.RequestMembershipResponse(membership=membership_message(self._credited(call, membership)))

    def list_memberships(self, work: Work, _request: pb.ListMembershipsRequest) -> pb.ListMembershipsResponse:
        found = memberships.of_person(work, UUID(work.context.account_id))
        return pb.ListMembershipsResponse(memberships=[membership_message(each) for each in found])

    def search_memberships(self, work: Work, request: pb.SearchMembershipsRequest) -> pb.SearchMembershipsResponse:
        wanted = views.WantedMemberships(
            parse.optional_name("scheme", request.scheme),
            parse.optional_name("season", request.season),
            _STATE_OF_WIRE.get(request.state),
            _FEE_STATE_OF_WIRE.get(request.fee_state),
            parse.optional_identifier("person_id", request.person_id),
            parse.optional_identifier("membership_id", request.membership_id),
        )
        found, next_page_token = views.search_memberships(work, wanted, request.page_token)
        return pb.SearchMembershipsResponse(
            memberships=[membership_message(each) for each in found], next_page_token=next_page_token
        )

    @direct
    def start_card_payment(self, call: Call, request: pb.StartCardPaymentRequest) -> pb.StartCardPaymentResponse:
        """The payment is a row before the provider hears of it: its word always finds it."""
        parts = self._parts
        platform, provider = parts.platform, parts.provider
        membership_id = parse.identifier("membership_id", request.membership_id)
        payment = platform.database.run(
            lambda session: fees.start_card_payment(
                platform.work(session, call.context),
                parts.rules,
                provider.name,
                UUID(call.context.account_id),
                membership_id,
            )
        )
        checkout = provider.open_checkout(call.context.authority_id, payment.payment_id, payment.amount_cents)
        platform.database.run(
            lambda session: fees.keep_checkout(platform.work(session, call.context), payment, checkout)
        )
        return pb.StartCardPaymentResponse(payment_id=str(payment.payment_id), checkout_url=checkout.checkout_url)

    def announce_cheque(self, work: Work, request: pb.AnnounceChequeRequest) -> pb.AnnounceChequeResponse:
        membership_id = parse.identifier("membership_id", request.membership_id)
        person_id = UUID(work.context.account_id)
        membership = fees.announce_cheque(work, self._parts.rules, person_id, membership_id)
        return pb.AnnounceChequeResponse(membership=membership_message(membership))

    @direct
    def cash_cheque(self, call: Call, request: pb.CashChequeRequest) -> pb.CashChequeResponse:
        membership_id = parse.identifier("membership_id", request.membership_id)
        key = RequestKey(
            f"account:{call.context.account_id}",
            "cash_cheque",
            parse.idempotency_key(request.idempotency_key),
            hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
        )
        reference = parse.reference(request.reference)

        def act(work: Work) -> Membership:
            fees.cash_cheque(work, self._parts.rules, key, membership_id, reference)
            return _known(work, membership_id)

        membership = in_transaction(self._parts.platform, call.context, act)
        return pb.CashChequeResponse(membership=membership_message(self._credited(call, membership)))

    @direct
    def grant_free_membership(
        self, call: Call, request: pb.GrantFreeMembershipRequest
    ) -> pb.GrantFreeMembershipResponse:
        membership_id = parse.identifier("membership_id", request.membership_id)
        key = RequestKey(
            f"account:{call.context.account_id}",
            "grant_free_membership",
            parse.idempotency_key(request.idempotency_key),
            hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
        )
        reason = parse.reason(request.reason)

        def act(work: Work) -> Membership:
            fees.grant_free(work, self._parts.rules, key, membership_id, reason)
            return _known(work, membership_id)

        membership = in_transaction(self._parts.platform, call.context, act)
        return pb.GrantFreeMembershipResponse(membership=membership_message(self._credited(call, membership)))

    @direct
    def record_provider_event(
        self, call: Call, request: pb.RecordProviderEventRequest
    ) -> pb.RecordProviderEventResponse:
        provider = self._parts.provider
        if request.provider != provider.name:
            raise ProviderEventRefused
        event = provider.read_event(call.context.authority_id, request.body, dict(request.headers))

        def act(work: Work) -> Membership | None:
            membership_id = fees.record_provider_event(work, self._parts.rules, event)
            return memberships.find(work, membership_id) if membership_id else None

        membership = in_transaction(self._parts.platform, call.context, act)
        if membership:
            self._credited(call, membership)
        return pb.RecordProviderEventResponse()

    def _credited(self, call: Call, membership: Membership) -> Membership:
        """One that became active, after its turn in the lines of its envelopes."""
        if membership.state is not MembershipState.ACTIVE or not any(grant.is_due for grant in membership.grants):
            return membership
        self._parts.credits.settle(call.context.authority_id, membership.membership_id)
        return in_transaction(self._parts.platform, call.context, lambda work: _known(work, membership.membership_id))


def _known(work: Work, membership_id: UUID) -> Membership:
    """Raises UnknownMembership."""
    membership = memberships.find(work, membership_id)
    if membership is None:
        raise UnknownMembership
    return membership


def state_message(state: MembershipState) -> pb.MembershipState:
    return _STATES[state]


def membership_message(membership: Membership) -> pb.Membership:
    return pb.Membership(
        membership_id=str(membership.membership_id),
        person_id=str(membership.person_id),
        scheme=membership.scheme,
        season=membership.season,
        state=_STATES[membership.state],
        reasons=[
            pb.Reason(code=reason.code, sentence=reason.sentence, source=reason.source, met=reason.met)
            for reason in membership.reasons
        ],
        fee_cents=membership.fee_cents,
        fee_state=_FEE_STATES[membership.fee_state],
        rulebook_hash=membership.rulebook_hash,
        entitlements=[_entitlement(grant) for grant in membership.grants],
        version=membership.version,
        charter_version=membership.charter.version if membership.charter else "",
        charter_accepted_at=timestamp(membership.charter.at) if membership.charter else None,
    )


def _entitlement(grant: Grant) -> pb.Entitlement:
    return pb.Entitlement(
        benefit=grant.benefit,
        amount_cents=grant.amount_cents,
        credited=grant.credited,
        uses=grant.uses,
        instalment=grant.instalment or "",
        waits=grant.waits,
    )
