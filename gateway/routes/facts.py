"""What staff record of a person: proofs, exceptions, guardians' consents."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, PUT, operation
from gateway.schemas import facts as schemas

_TAG = "Instruction (agents)"


@operation(
    PUT,
    "/v1/staff/persons/{person_id}/facts",
    rpc("identity", "RecordFacts"),
    "Enregistrer des justificatifs, dérogations ou autorisations parentales, avec le motif",
    tag=_TAG,
    takes=JsonBody(schemas.RecordedFacts),
    answers=Json(schemas.RecordedFactsAnswer),
)
def record_facts(fields: Fields) -> pb.RecordFactsRequest:
    return pb.RecordFactsRequest(**fields)


@operation(
    GET,
    "/v1/staff/persons/{person_id}/facts",
    rpc("identity", "GetRecordedFacts"),
    "Voir ce qui est enregistré pour une personne",
    tag=_TAG,
    answers=Json(schemas.RecordedFactsAnswer),
)
def get_recorded_facts(fields: Fields) -> pb.GetRecordedFactsRequest:
    return pb.GetRecordedFactsRequest(**fields)
