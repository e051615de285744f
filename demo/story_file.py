"""Reads `story.yaml`: every mistake is named with its place, and nothing is played from a story that has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import yaml
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from demo import story_values as values
from demo.organisations import Organisation

STORY = Path(__file__).with_name("story.yaml")
SALES = (
    "first", "second", "too_much", "undone", "never_accredited", "wrong_category", "right_category",
    "with_the_application_open", "whole_wallet", "withdrawn", "after_the_season", "not_cashed",
)  # fmt: skip
OFFERS = ("places", "draw")


class BadStory(Exception):
    """The story cannot be played; the message holds the file and each place with its mistake."""


def load(path: Path = STORY) -> values.Story:
    """Raises BadStory."""
    try:
        told: values.Story = _Story().load(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise BadStory(f"{path.name}: {error}") from error
    except ValidationError as error:
        raise BadStory(message(path, error)) from error
    return told


def message(path: Path, error: ValidationError) -> str:
    return "\n".join(f"{path.name}: {place}: {mistake}" for place, mistake in _mistakes(error.messages, ()))


def _mistakes(found: object, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each mistake of marshmallow's nested messages, with its place as `organisations.3.city`."""
    if isinstance(found, Mapping):
        for name, inner in found.items():
            yield from _mistakes(inner, place if name == "_schema" else (*place, str(name)))
    elif isinstance(found, list):
        for each in found:
            yield from _mistakes(each, place)
    else:
        yield ".".join(place), str(found)


class Values(Schema):
    """Loads into the frozen value `made`; lists become tuples."""

    made: ClassVar[type]

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> object:
        return self.made(**{name: tuple(each) if isinstance(each, list) else each for name, each in data.items()})


def _text() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1))


def _cents() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


def _commune(**options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"^\d[\dAB]\d{3}$"), **options)


def listed(schema: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, validate=validate.Length(min=1))


class AuthorityTold(Values):
    made = values.Authority
    id, host, called = _text(), _text(), _text()


class _OtherAuthority(Values):
    made = values.OtherAuthority
    id, name = _text(), _text()
    pass_name = fields.String(required=True, data_key="pass")


class BenefitTold(Schema):
    """Becomes a value with its scheme."""

    id, shop = _text(), _text()
    envelope_cents_each = _cents()
    until = fields.Date()
    only_commune = _commune()
    is_moved_out = fields.Boolean()


class SchemeTold(Schema):
    id, season, title, charter = _text(), _text(), _text(), _text()
    part = fields.String(required=True, validate=validate.OneOf([values.FEE, values.SCHOOL]))
    fee_cents = fields.Integer(strict=True, validate=validate.Range(min=1))
    benefits = listed(BenefitTold)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> values.Scheme:
        own = (values.Benefit(data["id"], data["season"], **each) for each in data.pop("benefits"))
        return values.Scheme(benefits=tuple(own), **data)


class OrganisationTold(Values):
    made = Organisation
    slug, public_name, legal_name, kind, street, postal_code, city, scheme = (_text() for _ in range(8))
    commune = _commune(required=True)
    categories = fields.List(_text(), required=True, validate=validate.Length(min=1))
    declarations = fields.Dict(keys=fields.String(), required=True)
    roles, delegate_roles = fields.List(_text()), fields.List(_text())
    uai = fields.String()
    gives_iban, is_refused = fields.Boolean(), fields.Boolean()


class _Refusal(Values):
    made = values.Refusal
    code, told = _text(), _text()


class _Turns(Values):
    made = values.Turns
    age = fields.Integer(required=True, strict=True)
    in_days = fields.Integer(required=True, strict=True)


class _Part(Values):
    made = values.Part
    slug, study_status = _text(), _text()
    commune, study_commune = _commune(required=True), _commune()
    turns, refused = fields.Nested(_Turns), fields.Nested(_Refusal)
    pays_by_cheque = fields.Boolean()


class _Days(Values):
    made = values.Days
    opening, school, school_answers, joining, cheques_cashed, after_the_season, last_payouts = (
        fields.Date(required=True) for _ in range(7)
    )


class _AgendaDay(Values):
    made = values.AgendaDay
    day = fields.Date(required=True)
    shopping = fields.Boolean()
    then = fields.List(_text())


class _Withdrawal(Values):
    made = values.Withdrawal
    partner, reason = _text(), _text()


class SaleTold(Values):
    made = values.Sale
    partner, benefit, what = _text(), _text(), _text()
    cents = _cents()


class _Correction(Values):
    made = values.Correction
    benefit, reason = _text(), _text()
    cents = _cents()


class _Wish(Values):
    made = values.Wish
    holder = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=5))
    partner, benefit = _text(), _text()
    cents = _cents()
    price_cents = fields.Integer(strict=True, validate=validate.Range(min=1))


class _Vouchers(Values):
    made = values.Vouchers
    redeemed = fields.List(fields.Nested(_Wish), required=True, validate=validate.Length(min=2))
    forgotten, given_back, not_for_this_benefit = (fields.Nested(_Wish, required=True) for _ in range(3))


class _Offer(Values):
    made = values.Offer
    title, description, prize = _text(), _text(), _text()
    partner = fields.String()
    places, value_cents = _cents(), _cents()
    closes_at = fields.NaiveDateTime(required=True)
    registrants = fields.Integer(strict=True)


def _all_of(names: Iterable[str], schema: type[Schema]) -> fields.Nested:
    """A mapping that has every one of those names."""
    return fields.Nested(
        Schema.from_dict({name: fields.Nested(schema, required=True) for name in names}), required=True
    )


class _Story(Values):
    made = values.Story
    authority = fields.Nested(AuthorityTold, required=True)
    neighbour = fields.Nested(_OtherAuthority, required=True)
    schemes, organisations = listed(SchemeTold), listed(OrganisationTold)
    pupils_communes = fields.List(_commune(), required=True, validate=validate.Length(min=1))
    refused_before_the_school = _text()
    others, agenda = listed(_Part), listed(_AgendaDay)
    days = fields.Nested(_Days, required=True)
    withdrawal = fields.Nested(_Withdrawal, required=True)
    sales = _all_of(SALES, SaleTold)
    correction = fields.Nested(_Correction, required=True)
    vouchers = fields.Nested(_Vouchers, required=True)
    offers = _all_of(OFFERS, _Offer)

    @validates_schema(skip_on_field_errors=True)
    def agrees(self, data: dict[str, Any], **_: object) -> None:
        mistakes = list(_disagreements(values.Story(**data)))
        if mistakes:
            raise ValidationError(mistakes)


def _disagreements(story: values.Story) -> Iterator[str]:
    """What is named and not there, and parts that nobody or two would play."""
    yield from _unknown("organisation", story.slugs_named(), (each.slug for each in story.organisations))
    yield from _unknown("benefit", story.benefits_named(), (each.id for each in story.benefits))
    yield from _unknown("scheme", (each.scheme for each in story.organisations), (each.id for each in story.schemes))
    yield from _repeated("part", (each.part for each in story.schemes), expected=(values.FEE, values.SCHOOL))
    yield from _repeated("benefit", (each.id for each in story.benefits))
    yield from _repeated("slug", [*(each.slug for each in story.organisations), *(each.slug for each in story.others)])
    yield from _repeated("school", ("one" for each in story.organisations if each.validates_pupils), expected=("one",))
    if sum(each.is_moved_out for each in story.benefits) != 1:
        yield "one benefit must have is_moved_out: true"
    if all(each.gives_iban for each in story.organisations):
        yield "no organisation has gives_iban: false"
    days = [each.day for each in story.agenda]
    if days != sorted(set(days)):
        yield "the days of the agenda do not follow one another"


def _unknown(kind: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    there = set(known)
    yield from (f"there is no {kind} « {name} »" for name in sorted(set(named) - there))


def _repeated(kind: str, found: Iterable[str], expected: Iterable[str] = ()) -> Iterator[str]:
    """More than one of the same, or none of what is expected."""
    times = Counter(found)
    yield from (f"{kind}: « {name} » stands there {count} times" for name, count in times.items() if count > 1)
    yield from (f"{kind}: « {name} » is missing" for name in expected if not times[name])
