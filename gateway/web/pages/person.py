"""Who a young person says they are, and the card that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atouts.identity.v1 import cards_pb2, facts_pb2
from marshmallow import ValidationError, post_load, validates_schema
from starlette.responses import Response

from chassis.sizes import PICTURE_MB
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.rate_limits import READ, UPLOAD
from gateway.schemas.fields import Text
from gateway.web import communes, french, questions, words
from gateway.web.communes import PostalCode
from gateway.web.forms import Form, FrenchDay, NoFields
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit

_PLACES = ("residence", "study")


class ProfileForm(questions.FactAnswers):  # type: ignore[misc, valid-type]  # made from the vocabulary
    """A commune is declared by its code; its postal code only leads to it and goes no further."""

    surname = Text(100, required=True)
    given_names = Text(200, required=True)
    birth_date = FrenchDay(required=True)
    residence_postal_code = PostalCode()
    residence_commune = Text(5)
    study_status = Text(40, required=True)
    study_postal_code = PostalCode()
    study_commune = Text(5)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def require_communes(self, data: Fields, original: Mapping[str, Any], **_: Any) -> None:
        faults = {}
        for place in _PLACES:
            postal_code = f"{place}_postal_code"
            is_bad = postal_code in original and postal_code not in data
            if is_bad or _chosen(place, data):
                continue
            if postal_code in data:
                faults[f"{place}_commune"] = ["commune_to_choose"]
            elif place == "residence":
                faults[postal_code] = ["required"]
        if faults:
            raise ValidationError(faults)

    @post_load
    def keep_communes(self, data: Fields, **_: Any) -> Fields:
        named = {f"{place}_commune": _chosen(place, data) for place in _PLACES}
        return {**{name: value for name, value in data.items() if not name.endswith("_postal_code")}, **named}


class CommuneSearch(questions.FactAnswers):  # type: ignore[misc, valid-type]  # made from the vocabulary
    """The profile's form while a commune is looked for: the rest comes back as it was typed.

    `search`: the field of the postal code whose button was pressed.
    """

    surname = Text(100)
    given_names = Text(200)
    birth_date = Text(40)
    residence_postal_code = PostalCode()
    residence_commune = Text(5)
    study_status = Text(40)
    study_postal_code = PostalCode()
    study_commune = Text(5)
    search = Text(40)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def require_postal_code(self, _data: Fields, original: Mapping[str, Any], **_: Any) -> None:
        wanted = original.get("search", "")
        if wanted in self.fields and wanted not in original:
            raise ValidationError({wanted: ["required"]})


@page("/mon-espace/profil", YOUNG, done={"enregistre": "Ton profil est enregistré."})
async def profile(visit: Visit) -> View:
    try:
        known = (await visit.ask(rpc("identity", "GetProfile"), facts_pb2.GetProfileRequest())).profile
    except Problem as problem:
        if problem.code != "profile_missing":
            raise
        known = facts_pb2.Profile()
    form = visit.form.filled(_as_typed(known))
    values = {
        "form": form,
        "statuses": words.STUDY_STATUSES,
        "questions": questions.of_profile(await questions.open_rulebooks(visit)),
        "communes": {place: communes.choices(*_typed_place(place, form.values)) for place in _PLACES},
    }
    return View("jeune/profil.html", values)


def _as_typed(known: Any) -> dict[str, str]:
    return {
        "surname": known.surname,
        "given_names": " ".join(known.given_names),
        "birth_date": french.short_day(known.birth_date) if known.birth_date else "",
        "residence_postal_code": communes.postal_code_of(known.residence_commune),
        "residence_commune": known.residence_commune,
        "study_status": known.study_status,
        "study_postal_code": communes.postal_code_of(known.study_commune),
        "study_commune": known.study_commune,
        **questions.as_typed(known.facts),
    }


def _typed_place(place: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Its postal code and its commune's code, as typed."""
    return str(values.get(f"{place}_postal_code", "")), str(values.get(f"{place}_commune", ""))


def _chosen(place: str, values: Mapping[str, Any]) -> str:
    return communes.chosen(*_typed_place(place, values))


@profile.act(ProfileForm)
async def declare(visit: Visit, fields: Fields) -> Response:
    own = {name: value for name, value in fields.items() if name not in questions.SAYABLE}
    own["given_names"] = fields["given_names"].split()
    declared = facts_pb2.Profile(**own, facts=questions.answered(fields))
    await visit.ask(rpc("identity", "DeclareProfile"), facts_pb2.DeclareProfileRequest(profile=declared))
    return visit.go(profile.path, done="enregistre")


@profile.act(CommuneSearch, "/mon-espace/profil/communes", limit=READ)
async def find_communes(visit: Visit, fields: Fields) -> View | Response:
    """Nothing is kept: the page comes back with the communes of the postal codes typed."""
    visit.form = Form({name: fields.get(name, "") for name in ProfileForm().fields})
    return await profile.show(visit)


@page("/mon-espace/identite", YOUNG, done={"envoyee": "Ta carte est arrivée. Sa lecture prend quelques secondes."})
async def identity_card(visit: Visit) -> View:
    try:
        found = await visit.ask(rpc("identity", "GetCardCheck"), cards_pb2.GetCardCheckRequest())
    except Problem as problem:
        if problem.code != "check_unknown":
            raise
        found = None
    check = found.check if found else None
    state = check.state if check else cards_pb2.CARD_CHECK_STATE_UNSPECIFIED
    values = {
        "check": check,
        "states": words.CARD_CHECK_STATES,
        "waiting": state == cards_pb2.CARD_CHECK_STATE_PENDING,
        "with_a_person": state == cards_pb2.CARD_CHECK_STATE_PERSON,
        "accepted": state == cards_pb2.CARD_CHECK_STATE_ACCEPTED,
        "may_send": found is None or found.may_submit,
        "expected_s": check.expected_seconds if check and check.HasField("expected_seconds") else None,
        "limit_mb": PICTURE_MB,
    }
    return View("jeune/identite.html", values)


@identity_card.act(
    NoFields, limit=UPLOAD, uploads={"image": PICTURE_MB, "back": PICTURE_MB}, optional=frozenset({"back"})
)
async def send_card(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "SubmitCard", SLOW_S), cards_pb2.SubmitCardRequest(**fields))
    return visit.go(identity_card.path, done="envoyee")
