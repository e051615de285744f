"""Memberships and their fees."""

from __future__ import annotations

from atouts.wallet.v1 import memberships_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Amount, Counted, Instant, Part, Shown, Strict, Text, Word
from gateway.schemas.paging import Page, Paged


class RequestMembership(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    charter_version = Text(100, least=0, metadata={"description": "Version acceptée de la charte du bénéficiaire"})


class Reason(Shown):
    code = fields.String()
    sentence = fields.String()
    source = fields.String()
    met = fields.Boolean()


class Entitlement(Shown):
    benefit = fields.String()
    amount_cents = Amount()
    credited = fields.Boolean()
    uses = Counted()
    instalment = fields.String()
    waits = fields.List(fields.String())


class Membership(Shown):
    membership_id = fields.String()
    person_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    state = Word(pb.MembershipState)
    reasons = fields.List(Part(Reason))
    fee_cents = Amount()
    fee_state = Word(pb.FeeState)
    rulebook_hash = fields.String()
    entitlements = fields.List(Part(Entitlement))
    version = fields.Integer()
    charter_version = fields.String()
    charter_accepted_at = Instant()


class MembershipAnswer(Shown):
    membership = Part(Membership)


class Memberships(Shown):
    memberships = fields.List(Part(Membership))


class MembershipsQuery(Page):
    scheme = Text(80)
    season = Text(20)
    state = Word(pb.MembershipState)
    fee_state = Word(pb.FeeState)
    person_id = Text(64)
    membership_id = Text(64)


class MembershipsFound(Paged):
    memberships = fields.List(Part(Membership))


class CardPaymentAnswer(Shown):
    payment_id = fields.String()
    checkout_url = fields.String()


class ChequeCashing(Strict):
    reference = Text(80, required=True)


class FreeGrant(Strict):
    reason = Text(200, least=3, required=True)
