"""What staff put right in a profile, and what it said before."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.facts import FactValues
from gateway.schemas.fields import Instant, Part, Shown, Strict, Text
from gateway.schemas.profiles import Profile


class CorrectProfile(Strict):
    """The whole profile as it is to be."""

    profile = Part(Profile, required=True)
    reason = Text(200, least=3, required=True)


class FormerVersion(Shown):
    version = fields.Integer()
    profile = Part(Profile)
    recorded = FactValues("staff")
    replaced_by = fields.String()
    replaced_at = Instant()
    reason = fields.String()


class FormerVersions(Shown):
    versions = fields.List(Part(FormerVersion))
