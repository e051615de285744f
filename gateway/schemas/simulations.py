"""Simulations: what somebody says of themselves, and what they could have."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Amount, Counted, Day, Part, Shown, Strict, Text
from gateway.schemas.memberships import Reason


class Simulate(Strict):
    birth_date = Day(required=True)
    residence_department = Text(3, metadata={"description": "Code INSEE du département"})
    study_status = Text(40)
    study_department = Text(3, metadata={"description": "Code INSEE du département"})
    study_establishment_kind = Text(40)
    study_level = Text(40)
    study_track = Text(40)
    facts = fields.Dict(
        Text(64),
        Text(2000, least=0),
        metadata={"description": "Autres réponses : un mot, « true », ou des codes séparés par des virgules"},
    )


class Step(Shown):
    code = fields.String()
    sentence = fields.String()


class Window(Shown):
    opens_on = fields.String()
    closes_on = fields.String()


class Channel(Shown):
    channel = fields.String()
    label = fields.String()
    code_asked = fields.Boolean()
    code_needed = fields.Boolean()


class TopUp(Shown):
    code = fields.String()
    amount_cents = Amount()
    sentence = fields.String()


class SimulatedBenefit(Shown):
    benefit = fields.String()
    title = fields.String()
    amount_cents = Amount()
    kind = fields.String()
    uses = Counted()
    unit_cents = Amount()
    holder_cents = Amount()
    instalment = fields.String()
    waits = fields.List(Part(Step))
    windows = fields.List(Part(Window))
    is_open = fields.Boolean()
    closes_on = fields.String()
    channels = fields.List(Part(Channel))
    spending = fields.String()
    goods_allowed = fields.String()
    goods_refused = fields.String()
    top_ups = fields.List(Part(TopUp))


class SimulatedDenial(Shown):
    benefit = fields.String()
    title = fields.String()
    reasons = fields.List(Part(Reason))


class SimulatedPayout(Shown):
    rhythm = fields.String()
    period = Part(Window)
    due_on = fields.String()


class SimulatedSeason(Shown):
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    eligible = fields.Boolean()
    reasons = fields.List(Part(Reason))
    requires = fields.List(Part(Step))
    fee_cents = Amount()
    benefits = fields.List(Part(SimulatedBenefit))
    denials = fields.List(Part(SimulatedDenial))
    payout = Part(SimulatedPayout)
    cancellation = fields.String()
    rulebook_hash = fields.String()
    edition = fields.String()
    document = fields.String()


class Simulation(Shown):
    seasons = fields.List(Part(SimulatedSeason))
