"""The till: presenting a card, debiting, cancelling, and what was debited."""

from __future__ import annotations

from atouts.wallet.v1 import debits_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import TILL
from gateway.schemas import debits as schemas

_TAG = "Caisse"


def _without_secret_code(request: pb.DebitRequest) -> bool:
    """A secret code is hashed before its debit joins a group: nobody else waits for that."""
    return not request.secret_code


@operation(
    POST,
    "/v1/partners/{partner_id}/presentations",
    rpc("wallet", "PresentCard"),
    "Présenter une carte : lit le QR, ou le code tapé, une fois et répond ce qui peut être dépensé ici",
    tag=_TAG,
    takes=JsonBody(schemas.PresentCard),
    answers=Json(schemas.Presentation, 201),
    limit=TILL,
)
def present_card(fields: Fields) -> pb.PresentCardRequest:
    return pb.PresentCardRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/presentations/{presentation_id}/holder",
    rpc("wallet", "ShowHolder"),
    "Voir le nom ou la photo que le règlement fait vérifier au caissier",
    tag=_TAG,
    query=schemas.HolderQuery,
    answers=Json(schemas.ShownHolder),
    limit=TILL,
)
def show_holder(fields: Fields) -> pb.ShowHolderRequest:
    return pb.ShowHolderRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/debits",
    rpc("wallet", "Debit", together=_without_secret_code),
    "Débiter un porte-monnaie",
    tag=_TAG,
    takes=JsonBody(schemas.Debit),
    answers=Json(schemas.DebitAnswer, 201),
    keyed=True,
    limit=TILL,
)
def debit(fields: Fields) -> pb.DebitRequest:
    return pb.DebitRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/debits/{debit_id}/cancellation",
    rpc("wallet", "CancelDebit"),
    "Annuler un débit",
    tag=_TAG,
    takes=JsonBody(schemas.Cancellation, required=False),
    answers=Json(schemas.CancellationAnswer, 201),
    keyed=True,
    limit=TILL,
)
def cancel_debit(fields: Fields) -> pb.CancelDebitRequest:
    return pb.CancelDebitRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/debits",
    rpc("wallet", "ListPartnerDebits"),
    "Lister les débits d'un partenaire",
    tag=_TAG,
    query=schemas.PartnerDebitsQuery,
    answers=Json(schemas.PartnerDebits),
)
def list_partner_debits(fields: Fields) -> pb.ListPartnerDebitsRequest:
    return pb.ListPartnerDebitsRequest(**fields)
