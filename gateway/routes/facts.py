"""What is known of a person: who said it, what staff recorded or put right."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, PUT, operation
from gateway.schemas import facts as schemas
from gateway.schemas.paging import Page

_TAG = "Instruction (agents)"


@operation(
    PUT,
    "/v1/staff/persons/{person_id}/facts",
    rpc("identity", "RecordFacts"),
    "Enregistrer ou corriger des informations, avec le motif, le justificatif et le dernier jour",
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


@operation(
    GET,
    "/v1/staff/persons/{person_id}/facts/history",
    rpc("identity", "ListFactHistory"),
    "Voir qui a dit quoi d'une personne, quand et jusqu'à quand",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.FactRecords),
)
def list_fact_history(fields: Fields) -> pb.ListFactHistoryRequest:
    return pb.ListFactHistoryRequest(**fields)


@operation(
    GET,
    "/v1/profile/facts",
    rpc("identity", "ListMyFacts"),
    "Voir ce qui est retenu de soi : qui l'a dit, quand et jusqu'à quand",
    tag="Profil",
    query=Page,
    answers=Json(schemas.FactRecords),
)
def list_my_facts(fields: Fields) -> pb.ListMyFactsRequest:
    return pb.ListMyFactsRequest(**fields)
