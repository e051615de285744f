"""Payout runs: proposed by one person, approved by another; the SEPA file and the statements."""

from __future__ import annotations

from typing import Any

from atouts.payout.v1 import messages_pb2 as pb

from gateway.answers import File, Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import payouts as schemas

_TAG = "Reversements (agents)"
_PARTNER = "Reversements"


class _StatementFile(File):
    """A CSV or a PDF, as the service says."""

    def document(self) -> dict[str, Any]:
        media_types = ("text/csv", "application/pdf")
        content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
        return {"description": "Le relevé.", "content": content}


_STATEMENT = _StatementFile("content", ".media_type", ".filename")


@operation(
    GET,
    "/v1/staff/payouts",
    rpc("payout", "ListRuns"),
    "Lister les campagnes de reversement",
    tag=_TAG,
    query=schemas.RunsQuery,
    answers=Json(schemas.Runs),
)
def list_runs(fields: Fields) -> pb.ListRunsRequest:
    return pb.ListRunsRequest(**fields)


@operation(
    GET,
    "/v1/staff/payouts/{run_id}",
    rpc("payout", "GetRun", SLOW_S),
    "Voir une campagne, ses versements, et les jours qui ne comptent pas encore pareil",
    tag=_TAG,
    answers=Json(schemas.RunAnswer),
)
def get_run(fields: Fields) -> pb.GetRunRequest:
    return pb.GetRunRequest(**fields)


@operation(
    POST,
    "/v1/staff/payouts/{run_id}/proposal",
    rpc("payout", "ProposeRun", SLOW_S),
    "Proposer une campagne au paiement",
    tag=_TAG,
    answers=Json(schemas.RunAnswer),
    keyed=True,
)
def propose_run(fields: Fields) -> pb.ProposeRunRequest:
    return pb.ProposeRunRequest(**fields)


@operation(
    POST,
    "/v1/staff/payouts/{run_id}/approval",
    rpc("payout", "ApproveRun", BULK_S),
    "Approuver une campagne proposée par une autre personne, et produire le fichier SEPA",
    tag=_TAG,
    takes=JsonBody(schemas.Approval),
    answers=Json(schemas.RunAnswer),
    keyed=True,
)
def approve_run(fields: Fields) -> pb.ApproveRunRequest:
    return pb.ApproveRunRequest(**fields)


@operation(
    GET,
    "/v1/staff/payouts/{run_id}/sepa-file",
    rpc("payout", "GetSepaFile", SLOW_S),
    "Télécharger le fichier SEPA (pain.001.001.09)",
    tag=_TAG,
    answers=File("content", "application/xml", ".filename"),
)
def get_sepa_file(fields: Fields) -> pb.GetSepaFileRequest:
    return pb.GetSepaFileRequest(**fields)


@operation(
    GET,
    "/v1/staff/payouts/{run_id}/statements/{partner_id}",
    rpc("payout", "GetStatement", SLOW_S),
    "Télécharger le relevé d'un partenaire (CSV, ou PDF sur demande)",
    tag=_TAG,
    query=schemas.StatementQuery,
    answers=_STATEMENT,
)
def get_statement(fields: Fields) -> pb.GetStatementRequest:
    return pb.GetStatementRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/account",
    rpc("payout", "GetPartnerAccount"),
    "Voir ce qui est dû, retenu et payé à un partenaire",
    tag=_PARTNER,
    answers=Json(schemas.PartnerAccount),
)
def get_partner_account(fields: Fields) -> pb.GetPartnerAccountRequest:
    return pb.GetPartnerAccountRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/payouts/{run_id}/statement",
    rpc("payout", "GetStatement", SLOW_S),
    "Télécharger son relevé (CSV, ou PDF sur demande)",
    tag=_PARTNER,
    query=schemas.StatementQuery,
    answers=_STATEMENT,
)
def get_own_statement(fields: Fields) -> pb.GetStatementRequest:
    return pb.GetStatementRequest(**fields)
