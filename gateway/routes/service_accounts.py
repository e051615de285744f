"""Service accounts: machines of integrators and of other authorities."""

from __future__ import annotations

from atouts.identity.v1 import credentials_pb2 as pb

from gateway.answers import Json, NoContent
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import DELETE, GET, POST, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import accounts as schemas

_TAG = "Comptes de service"


@operation(
    GET,
    "/v1/service-accounts",
    rpc("identity", "ListServiceAccounts"),
    "Voir les comptes de service",
    tag=_TAG,
    answers=Json(schemas.ServiceAccounts),
)
def list_service_accounts(_fields: Fields) -> pb.ListServiceAccountsRequest:
    return pb.ListServiceAccountsRequest()


@operation(
    POST,
    "/v1/service-accounts",
    rpc("identity", "OpenServiceAccount"),
    "Ouvrir un compte de service : son secret n'est montré qu'une fois",
    tag=_TAG,
    takes=JsonBody(schemas.OpenServiceAccount),
    answers=Json(schemas.ServiceAccountOpened, 201),
)
def open_service_account(fields: Fields) -> pb.OpenServiceAccountRequest:
    return pb.OpenServiceAccountRequest(**fields)


@operation(
    POST,
    "/v1/service-accounts/{account_id}/secret",
    rpc("identity", "RotateServiceSecret"),
    "Changer le secret d'un compte de service : l'ancien sert encore sept jours",
    tag=_TAG,
    answers=Json(schemas.ServiceSecret),
)
def rotate_service_secret(fields: Fields) -> pb.RotateServiceSecretRequest:
    return pb.RotateServiceSecretRequest(**fields)


@operation(
    DELETE,
    "/v1/service-accounts/{account_id}",
    rpc("identity", "CloseServiceAccount"),
    "Fermer un compte de service",
    tag=_TAG,
    answers=NoContent(),
)
def close_service_account(fields: Fields) -> pb.CloseServiceAccountRequest:
    return pb.CloseServiceAccountRequest(**fields)


@operation(
    POST,
    "/v1/service-sessions",
    rpc("identity", "SignInService"),
    "Obtenir le jeton d'accès d'un compte de service",
    tag=_TAG,
    takes=JsonBody(schemas.ServiceSignIn),
    answers=Json(schemas.ServiceSession),
    signed_in=False,
    limit=SIGN_IN,
)
def sign_in_service(fields: Fields) -> pb.SignInServiceRequest:
    return pb.SignInServiceRequest(**fields)
