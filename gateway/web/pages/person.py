"""Who a young person says they are, and the card that proves it."""

from __future__ import annotations

from typing import Any

from atouts.identity.v1 import cards_pb2, facts_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.rate_limits import UPLOAD
from gateway.schemas.fields import Commune, Text
from gateway.web import french, words
from gateway.web.forms import FormSchema, FrenchDay, NoFields
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit

_CARD_MB = 12


class ProfileForm(FormSchema):
    surname = Text(100, required=True)
    given_names = Text(200, required=True)
    birth_date = FrenchDay(required=True)
    residence_commune = Commune(required=True)
    study_status = Text(40, required=True)
    study_commune = Commune()


@page("/mon-espace/profil", YOUNG, done={"enregistre": "Ton profil est enregistré."})
async def profile(visit: Visit) -> View:
    try:
        known = (await visit.ask(rpc("identity", "GetProfile"), facts_pb2.GetProfileRequest())).profile
    except Problem as problem:
        if problem.code != "profile_missing":
            raise
        known = facts_pb2.Profile()
    return View("jeune/profil.html", {"form": visit.form.filled(_as_typed(known)), "statuses": words.STUDY_STATUSES})


def _as_typed(known: Any) -> dict[str, str]:
    return {
        "surname": known.surname,
        "given_names": " ".join(known.given_names),
        "birth_date": french.short_day(known.birth_date) if known.birth_date else "",
        "residence_commune": known.residence_commune,
        "study_status": known.study_status,
        "study_commune": known.study_commune,
    }


@profile.act(ProfileForm)
async def declare(visit: Visit, fields: Fields) -> Response:
    declared = facts_pb2.Profile(**{**fields, "given_names": fields["given_names"].split()})
    await visit.ask(rpc("identity", "DeclareProfile"), facts_pb2.DeclareProfileRequest(profile=declared))
    return visit.go(profile.path, done="enregistre")


@page("/mon-espace/identite", YOUNG, done={"envoyee": "Ta photo est arrivée. Sa lecture prend quelques secondes."})
async def identity_card(visit: Visit) -> View:
    try:
        check = (await visit.ask(rpc("identity", "GetCardCheck"), cards_pb2.GetCardCheckRequest())).check
    except Problem as problem:
        if problem.code != "check_unknown":
            raise
        check = None
    values = {
        "check": check,
        "states": words.CARD_CHECK_STATES,
        "waiting": check is not None and check.state == cards_pb2.CARD_CHECK_STATE_PENDING,
        "accepted": check is not None and check.state == cards_pb2.CARD_CHECK_STATE_ACCEPTED,
        "may_send": check is None or check.state == cards_pb2.CARD_CHECK_STATE_REFUSED,
        "limit_mb": _CARD_MB,
    }
    return View("jeune/identite.html", values)


@identity_card.act(NoFields, limit=UPLOAD, uploads={"image": _CARD_MB})
async def send_card(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "SubmitCard", SLOW_S), cards_pb2.SubmitCardRequest(image=fields["image"]))
    return visit.go(identity_card.path, done="envoyee")
