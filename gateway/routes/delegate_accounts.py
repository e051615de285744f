"""Whose accounts act for a partner or an establishment: known by their address."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import partners as schemas

_TAG = "Partenaires"


@operation(
    GET,
    "/v1/partners/{partner_id}/delegate-accounts",
    rpc("identity", "ListDelegateAccounts"),
    "Voir les comptes qui agissent pour sa structure : adresse et rôles",
    tag=_TAG,
    answers=Json(schemas.DelegateAccounts),
)
def list_delegate_accounts(fields: Fields) -> pb.ListDelegateAccountsRequest:
    return pb.ListDelegateAccountsRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/delegate-accounts/search",
    rpc("identity", "FindDelegateAccount"),
    "Trouver par son adresse le compte de la personne à nommer",
    tag=_TAG,
    takes=JsonBody(schemas.DelegateAddress),
    answers=Json(schemas.FoundDelegate),
    limit=SIGN_IN,
)
def find_delegate_account(fields: Fields) -> pb.FindDelegateAccountRequest:
    return pb.FindDelegateAccountRequest(**fields)
