"""Seasons, the versions of their rulebooks, and the budgets voted for them."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Amount, Cents, Instant, Part, Shown, Strict, Text
from gateway.schemas.paging import Page, Paged


class OpenSeason(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)


class AdoptVersion(Strict):
    rulebook_hash = Text(64, required=True)


class SeasonVersion(Shown):
    rulebook_hash = fields.String()
    counts_from = fields.String()
    applies_to_members = fields.Boolean()
    adopted = fields.Boolean()


class Season(Shown):
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    rulebook_hash = fields.String()
    starts_on = fields.String()
    ends_on = fields.String()
    open = fields.Boolean()
    versions = fields.List(Part(SeasonVersion))


class SeasonAnswer(Shown):
    season = Part(Season)


class Seasons(Shown):
    seasons = fields.List(Part(Season))


class VoteBudget(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    benefit = Text(80, required=True)
    amount_cents = Cents(required=True)


class BudgetsQuery(Strict):
    scheme = Text(80)
    season = Text(20)


class Envelope(Shown):
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    voted_cents = Amount()
    unallocated_cents = Amount()
    credited_cents = Amount()
    left_cents = Amount()
    debited_cents = Amount()
    expired_cents = Amount()
    thresholds_percent = fields.List(fields.Integer())
    announced_percent = fields.Integer()
    waiting_members = fields.Integer()
    waiting_cents = Amount()


class EnvelopeAnswer(Shown):
    envelope = Part(Envelope)


class Envelopes(Shown):
    envelopes = fields.List(Part(Envelope))


class WaitingQuery(Page):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    benefit = Text(80, required=True)


class WaitingMember(Shown):
    membership_id = fields.String()
    person_id = fields.String()
    amount_cents = Amount()
    due_since = Instant()


class WaitingMembers(Paged):
    members = fields.List(Part(WaitingMember))
