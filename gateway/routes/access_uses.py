"""Rights without cents: what the holder has, and their uses recorded at the till."""

from __future__ import annotations

from atouts.wallet.v1 import access_uses_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import TILL
from gateway.schemas import access_uses as schemas
from gateway.schemas.debits import Cancellation
from gateway.schemas.paging import Page

_TAG = "Droits sans montant"
_TILL = "Caisse"


@operation(
    GET,
    "/v1/accesses",
    rpc("wallet", "ListAccesses"),
    "Voir ses droits sans montant : entrées, passages, et combien il en reste",
    tag=_TAG,
    answers=Json(schemas.Accesses),
)
def list_accesses(_fields: Fields) -> pb.ListAccessesRequest:
    return pb.ListAccessesRequest()


@operation(
    GET,
    "/v1/access-uses",
    rpc("wallet", "ListUses"),
    "Voir ses passages",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.AccessUses),
)
def list_uses(fields: Fields) -> pb.ListUsesRequest:
    return pb.ListUsesRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/access-uses",
    rpc("wallet", "RecordUse"),
    "Enregistrer un passage : un droit sans montant est utilisé, personne n'est payé",
    tag=_TILL,
    takes=JsonBody(schemas.RecordUse),
    answers=Json(schemas.RecordedUse, 201),
    keyed=True,
    limit=TILL,
)
def record_use(fields: Fields) -> pb.RecordUseRequest:
    return pb.RecordUseRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/access-uses/{use_id}/cancellation",
    rpc("wallet", "CancelUse"),
    "Annuler un passage",
    tag=_TILL,
    takes=JsonBody(Cancellation, required=False),
    answers=Json(schemas.CancelledUse, 201),
    keyed=True,
    limit=TILL,
)
def cancel_use(fields: Fields) -> pb.CancelUseRequest:
    return pb.CancelUseRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/access-uses",
    rpc("wallet", "ListPartnerUses"),
    "Lister les passages enregistrés par un partenaire",
    tag=_TILL,
    query=schemas.PartnerUsesQuery,
    answers=Json(schemas.AccessUses),
)
def list_partner_uses(fields: Fields) -> pb.ListPartnerUsesRequest:
    return pb.ListPartnerUsesRequest(**fields)
