"""Staff put a person's profile right."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, PUT, operation
from gateway.schemas import profiles
from gateway.schemas import rectifications as schemas

_TAG = "Instruction (agents)"


@operation(
    GET,
    "/v1/staff/persons/{person_id}/profile",
    rpc("identity", "GetPersonProfile"),
    "Voir le profil d'une personne",
    tag=_TAG,
    answers=Json(profiles.ProfileAnswer),
)
def get_person_profile(fields: Fields) -> pb.GetPersonProfileRequest:
    return pb.GetPersonProfileRequest(**fields)


@operation(
    PUT,
    "/v1/staff/persons/{person_id}/profile",
    rpc("identity", "CorrectProfile"),
    "Rectifier le profil d'une personne, avec le motif",
    tag=_TAG,
    takes=JsonBody(schemas.CorrectProfile),
    answers=Json(profiles.ProfileAnswer),
)
def correct_profile(fields: Fields) -> pb.CorrectProfileRequest:
    return pb.CorrectProfileRequest(**fields)


@operation(
    GET,
    "/v1/staff/persons/{person_id}/former-versions",
    rpc("identity", "ListFormerVersions"),
    "Voir ce que le profil disait avant chaque changement",
    tag=_TAG,
    answers=Json(schemas.FormerVersions),
)
def list_former_versions(fields: Fields) -> pb.ListFormerVersionsRequest:
    return pb.ListFormerVersionsRequest(**fields)
