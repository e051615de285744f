"""Staff put a wallet right: one proposes, another confirms."""

from __future__ import annotations

from atouts.wallet.v1 import corrections_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import corrections as schemas
from gateway.schemas import wallets as wallet_schemas

_TAG = "Corrections (agents)"


@operation(
    GET,
    "/v1/staff/memberships/{membership_id}/wallets",
    rpc("wallet", "ListMembershipWallets"),
    "Voir les porte-monnaie d'une adhésion",
    tag=_TAG,
    answers=Json(wallet_schemas.Wallets),
)
def list_membership_wallets(fields: Fields) -> pb.ListMembershipWalletsRequest:
    return pb.ListMembershipWalletsRequest(**fields)


@operation(
    GET,
    "/v1/staff/corrections",
    rpc("wallet", "SearchCorrections"),
    "Lister les corrections : celles à confirmer, sauf demande contraire",
    tag=_TAG,
    query=schemas.CorrectionsQuery,
    answers=Json(schemas.Corrections),
)
def search_corrections(fields: Fields) -> pb.SearchCorrectionsRequest:
    return pb.SearchCorrectionsRequest(**fields)


@operation(
    POST,
    "/v1/staff/corrections",
    rpc("wallet", "ProposeCorrection"),
    "Proposer de corriger un porte-monnaie, ou d'annuler un débit que le partenaire ne peut plus annuler",
    tag=_TAG,
    takes=JsonBody(schemas.ProposeCorrection),
    answers=Json(schemas.CorrectionAnswer, 201),
    keyed=True,
)
def propose_correction(fields: Fields) -> pb.ProposeCorrectionRequest:
    return pb.ProposeCorrectionRequest(**fields)


@operation(
    POST,
    "/v1/staff/corrections/{correction_id}/confirmation",
    rpc("wallet", "ConfirmCorrection"),
    "Confirmer une correction proposée par une autre personne",
    tag=_TAG,
    answers=Json(schemas.CorrectionAnswer),
    keyed=True,
)
def confirm_correction(fields: Fields) -> pb.ConfirmCorrectionRequest:
    return pb.ConfirmCorrectionRequest(**fields)


@operation(
    POST,
    "/v1/staff/corrections/{correction_id}/dropping",
    rpc("wallet", "DropCorrection"),
    "Abandonner une correction",
    tag=_TAG,
    answers=Json(schemas.CorrectionAnswer),
)
def drop_correction(fields: Fields) -> pb.DropCorrectionRequest:
    return pb.DropCorrectionRequest(**fields)
