"""Suspensions for misconduct, and the letters about them."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Day, Instant, Many, OneOf, Part, Shown, Strict, Text
from gateway.schemas.paging import Page, Paged


class SuspendBenefits(Strict):
    """No benefit: all; no day: the end of the campaign."""

    benefits = Many(Text(80), 50)
    until = Day()
    reason = Text(200, least=3, required=True)
    notified_on = Day()


class SuspensionAnswer(Shown):
    suspension_id = fields.String()


class SuspensionLetters(Strict):
    notified_on = Day()
    appealed_on = Day()
    answered_on = Day()


class Suspension(Shown):
    suspension_id = fields.String()
    membership_id = fields.String()
    person_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    benefits = fields.List(fields.String())
    until = fields.String()
    reason = fields.String()
    imposed_at = Instant()
    notified_on = fields.String()
    appealed_on = fields.String()
    answered_on = fields.String()
    lifted_at = Instant()
    in_force = fields.Boolean()


class SuspensionsQuery(Page):
    all_ = OneOf("true", "false", data_key="all", attribute="all")


class Suspensions(Paged):
    suspensions = fields.List(Part(Suspension))


class OwnSuspensions(Shown):
    suspensions = fields.List(Part(Suspension))
