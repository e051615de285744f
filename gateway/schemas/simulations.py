"""Simulations: what somebody says of themselves, and what they could have."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Amount, Day, Part, Shown, Strict, Text
from gateway.schemas.memberships import Reason


class Simulate(Strict):
    birth_date = Day(required=True)
    residence_department = Text(3, metadata={"description": "Code INSEE du département"})
    study_status = Text(40)
    study_department = Text(3, metadata={"description": "Code INSEE du département"})
    study_establishment_kind = Text(40)
    study_level = Text(40)
    study_track = Text(40)


class Step(Shown):
    code = fields.String()
    sentence = fields.String()


class SimulatedBenefit(Shown):
    benefit = fields.String()
    title = fields.String()
    amount_cents = Amount()


class SimulatedSeason(Shown):
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    eligible = fields.Boolean()
    reasons = fields.List(Part(Reason))
    requires = fields.List(Part(Step))
    fee_cents = Amount()
    benefits = fields.List(Part(SimulatedBenefit))


class Simulation(Shown):
    seasons = fields.List(Part(SimulatedSeason))
