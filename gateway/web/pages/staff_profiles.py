"""Who a person says they are: names and birth date put right with a reason, and what the profile said before."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web import french, tabs
from gateway.web.forms import Faulty, FormSchema, FrenchDay
from gateway.web.page import STAFF, page
from gateway.web.visit import View, Visit

_PATH = "/agents/personnes/{person_id}/identite"
_MISSING = "Cette personne n’a pas encore déclaré son identité."


class RectifyForm(FormSchema):
    surname = Text(100, required=True)
    given_names = Text(200, required=True)
    birth_date = FrenchDay(required=True)
    reason = Text(200, least=3, required=True)


@page(_PATH, STAFF, done={"rectifie": "L’identité est rectifiée : les droits sont décidés à nouveau."})
async def identity(visit: Visit) -> View:
    """Instruction sees and puts right; audit reads what was there before."""
    roles = visit.session.roles if visit.session else ()
    known = await _profile(visit) if tabs.INSTRUCTION in roles else None
    request = pb.ListFormerVersionsRequest(person_id=visit.id("person_id"))
    answer = await visit.ask(rpc("identity", "ListFormerVersions"), request)
    values = {
        "form": visit.form.filled(_as_typed(known)) if known else visit.form,
        "known": known,
        "person_id": visit.id("person_id"),
        "may_rectify": tabs.INSTRUCTION in roles,
        "missing": _MISSING,
        "versions": answer.versions,
    }
    return View("agents/identite.html", values)


@identity.act(RectifyForm)
async def rectify(visit: Visit, fields: Fields) -> Response:
    """The rest of the profile stays as it is."""
    profile = await _profile(visit)
    if profile is None:
        raise Faulty({"surname": _MISSING})
    profile.surname, profile.birth_date = fields["surname"], fields["birth_date"]
    profile.given_names[:] = fields["given_names"].split()
    request = pb.CorrectProfileRequest(person_id=visit.id("person_id"), profile=profile, reason=fields["reason"])
    await visit.ask(rpc("identity", "CorrectProfile"), request)
    return visit.go(visit.path, done="rectifie")


async def _profile(visit: Visit) -> pb.Profile | None:
    """None where the person declared none."""
    request = pb.GetPersonProfileRequest(person_id=visit.id("person_id"))
    try:
        answer = await visit.ask(rpc("identity", "GetPersonProfile"), request)
    except Problem as problem:
        if problem.code != "profile_missing":
            raise
        return None
    profile: pb.Profile = answer.profile
    return profile


def _as_typed(known: pb.Profile) -> dict[str, str]:
    return {
        "surname": known.surname,
        "given_names": " ".join(known.given_names),
        "birth_date": french.short_day(known.birth_date) if known.birth_date else "",
    }
