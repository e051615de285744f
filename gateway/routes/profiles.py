"""What a young person declares of themselves."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, PUT, operation
from gateway.schemas import profiles as schemas

_TAG = "Profil"


@operation(
    PUT,
    "/v1/profile",
    rpc("identity", "DeclareProfile"),
    "Déclarer son profil",
    tag=_TAG,
    takes=JsonBody(schemas.DeclareProfile),
    answers=Json(schemas.ProfileAnswer),
)
def declare_profile(fields: Fields) -> pb.DeclareProfileRequest:
    return pb.DeclareProfileRequest(**fields)


@operation(
    GET,
    "/v1/profile",
    rpc("identity", "GetProfile"),
    "Voir son profil",
    tag=_TAG,
    answers=Json(schemas.ProfileAnswer),
)
def get_profile(_fields: Fields) -> pb.GetProfileRequest:
    return pb.GetProfileRequest()
