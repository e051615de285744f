"""What a person declares of themselves."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.facts import FactValues
from gateway.schemas.fields import Commune, Day, Many, Part, Shown, Strict, Text


class Profile(Strict):
    surname = Text(100, required=True)
    given_names = Many(Text(100), 10, required=True)
    birth_date = Day(required=True)
    residence_commune = Commune(required=True)
    study_status = Text(40, required=True)
    study_commune = Text(5, least=0)
    facts = FactValues("person", "school")


class DeclareProfile(Strict):
    profile = Part(Profile, required=True)


class ProfileAnswer(Shown):
    profile = Part(Profile)
    version = fields.Integer()
