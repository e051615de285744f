"""Who plays beside the story: a person of another authority's scheme, as `elsewhere.yaml` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, post_load

from demo.autumn import Place
from demo.client import Caller, Gateway, Json
from demo.organisations import Organisation
from demo.people import Person
from demo.stage import Stage
from demo.story_file import (
    AuthorityTold,
    BadStory,
    BenefitTold,
    OrganisationTold,
    SaleTold,
    SchemeTold,
    Values,
    listed,
    message,
)
from demo.story_values import Authority, Benefit, Sale, Scheme

ELSEWHERE = Path(__file__).with_name("elsewhere.yaml")


@dataclass(frozen=True)
class Guest:
    """`acts` name what `demo.steps.elsewhere` plays, in order; `sales` what is bought, by the part it plays there.

    `rulebook` is the packaged one that is moved. `schooling` is set where a school validates, `young_charter` where
    the person accepts one, `address` where a card comes by post.
    """

    authority: Authority
    season_packaged: str
    years: int
    scheme: Scheme
    organisations: tuple[Organisation, ...]
    young: Person
    acts: tuple[str, ...]
    sales: Mapping[str, Sale]
    young_charter: str = ""
    schooling: Json = field(default_factory=dict)
    secret_codes: tuple[str, ...] = ()
    wrong_code: str = ""
    misconduct: str = ""
    address: Json = field(default_factory=dict)

    @property
    def rulebook(self) -> Place:
        return self.authority.id, self.scheme.id, self.season_packaged, self.years

    @property
    def season(self) -> dict[str, str]:
        return {"scheme": self.scheme.id, "season": self.scheme.season}

    def benefit(self, sale: Sale) -> Benefit:
        """What a purchase spends."""
        return Benefit(self.scheme.id, self.scheme.season, sale.benefit, 0, sale.partner)


class _Young(Schema):
    slug, surname, given_names, sex = (fields.String(required=True) for _ in range(4))
    commune, study_status, study_commune = (fields.String(required=True) for _ in range(3))
    birth_date = fields.Date(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Person:
        return Person(**data)


class _Benefit(BenefitTold):
    """Nobody shops by plan there."""

    shop = fields.String(load_default="")


class _Scheme(SchemeTold):
    part = fields.String(load_default="elsewhere")
    benefits = listed(_Benefit)


class _Sale(SaleTold):
    """A use of a right has no amount."""

    cents = fields.Integer(strict=True, load_default=0)


class _Guest(Values):
    made = Guest
    authority = fields.Nested(AuthorityTold, required=True)
    organisations = listed(OrganisationTold)
    sales = fields.Dict(keys=fields.String(), values=fields.Nested(_Sale), required=True)
    season_packaged = fields.String(required=True)
    years = fields.Integer(required=True, strict=True)
    scheme = fields.Nested(_Scheme, required=True)
    young = fields.Nested(_Young, required=True)
    acts, secret_codes = fields.List(fields.String(), required=True), fields.List(fields.String())
    young_charter, wrong_code, misconduct = (fields.String() for _ in range(3))
    schooling, address = fields.Dict(), fields.Dict()


def load(path: Path = ELSEWHERE) -> tuple[Guest, ...]:
    """Raises BadStory."""
    try:
        return tuple(_Guest(many=True).load(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except ValidationError as error:
        raise BadStory(message(path, error)) from error


def stage_of(guest: Guest, main: Stage) -> Stage:
    """A stage of the guest's own authority; clock, record and files are the story's."""
    gateway = Gateway(main.gateway.url, guest.authority.host)
    story = replace(main.story, authority=guest.authority, schemes=(guest.scheme,), organisations=guest.organisations)
    return replace(
        main, gateway=gateway, visitor=Caller(gateway), story=story, partners={}, pupils=[], others={}, guests=[]
    )
