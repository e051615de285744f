"""Accounts, sessions and staff."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb

from gateway.answers import Json, NoContent, RawJson
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import GET, POST, PUT, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import accounts as schemas
from gateway.schemas.paging import Page

_TAG = "Comptes"


@operation(
    POST,
    "/v1/accounts",
    rpc("identity", "OpenAccount", SLOW_S),
    "Ouvrir un compte, de jeune ou de partenaire",
    tag=_TAG,
    takes=JsonBody(schemas.OpenAccount),
    answers=Json(schemas.AccountAnswer, 201),
    signed_in=False,
    limit=SIGN_IN,
)
def open_account(fields: Fields) -> pb.OpenAccountRequest:
    return pb.OpenAccountRequest(**fields)


@operation(
    POST,
    "/v1/sessions",
    rpc("identity", "SignIn", SLOW_S),
    "Se connecter",
    tag=_TAG,
    takes=JsonBody(schemas.SignIn),
    answers=Json(schemas.SignInAnswer),
    signed_in=False,
    limit=SIGN_IN,
)
def sign_in(fields: Fields) -> pb.SignInRequest:
    return pb.SignInRequest(**fields)


@operation(
    POST,
    "/v1/sessions/refresh",
    rpc("identity", "RefreshSession"),
    "Prolonger sa session : chaque jeton de renouvellement sert une fois",
    tag=_TAG,
    takes=JsonBody(schemas.RefreshToken),
    answers=Json(schemas.SessionAnswer),
    signed_in=False,
    limit=SIGN_IN,
)
def refresh_session(fields: Fields) -> pb.RefreshSessionRequest:
    return pb.RefreshSessionRequest(**fields)


@operation(
    POST,
    "/v1/sessions/end",
    rpc("identity", "SignOut"),
    "Se déconnecter",
    tag=_TAG,
    takes=JsonBody(schemas.RefreshToken),
    answers=NoContent(),
    signed_in=False,
    limit=SIGN_IN,
)
def sign_out(fields: Fields) -> pb.SignOutRequest:
    return pb.SignOutRequest(**fields)


@operation(
    GET,
    "/v1/account",
    rpc("identity", "GetAccount"),
    "Voir son compte",
    tag=_TAG,
    answers=Json(schemas.AccountAnswer),
)
def get_account(_fields: Fields) -> pb.GetAccountRequest:
    return pb.GetAccountRequest()


@operation(
    GET,
    "/.well-known/jwks.json",
    rpc("identity", "GetJwks"),
    "Lire les clés publiques qui vérifient les jetons d'accès (RFC 7517)",
    tag=_TAG,
    answers=RawJson("jwks_json"),
    signed_in=False,
)
def get_jwks(_fields: Fields) -> pb.GetJwksRequest:
    return pb.GetJwksRequest()


@operation(
    POST,
    "/v1/staff",
    rpc("identity", "InviteStaff"),
    "Inviter un agent",
    tag="Agents",
    takes=JsonBody(schemas.InviteStaff),
    answers=Json(schemas.InvitationAnswer, 201),
)
def invite_staff(fields: Fields) -> pb.InviteStaffRequest:
    return pb.InviteStaffRequest(**fields)


@operation(
    GET,
    "/v1/staff",
    rpc("identity", "ListStaff"),
    "Lister les agents et les invitations",
    tag="Agents",
    query=Page,
    answers=Json(schemas.StaffAnswer),
)
def list_staff(fields: Fields) -> pb.ListStaffRequest:
    return pb.ListStaffRequest(**fields)


@operation(
    POST,
    "/v1/staff/persons/search",
    rpc("identity", "FindPerson"),
    "Trouver une personne par l'adresse e-mail de son compte",
    tag="Instruction (agents)",
    takes=JsonBody(schemas.Email),
    answers=Json(schemas.PersonFound),
)
def find_person(fields: Fields) -> pb.FindPersonRequest:
    return pb.FindPersonRequest(**fields)


@operation(
    PUT,
    "/v1/staff/{account_id}/roles",
    rpc("identity", "SetStaffRoles"),
    "Changer les rôles d'un agent",
    tag="Agents",
    takes=JsonBody(schemas.StaffRoles),
    answers=Json(schemas.AccountAnswer),
)
def set_staff_roles(fields: Fields) -> pb.SetStaffRolesRequest:
    return pb.SetStaffRolesRequest(**fields)


@operation(
    POST,
    "/v1/invitations/accept",
    rpc("identity", "AcceptInvitation", SLOW_S),
    "Accepter une invitation et recevoir son second facteur",
    tag="Agents",
    takes=JsonBody(schemas.AcceptInvitation),
    answers=Json(schemas.InvitationAccepted),
    signed_in=False,
    limit=SIGN_IN,
)
def accept_invitation(fields: Fields) -> pb.AcceptInvitationRequest:
    return pb.AcceptInvitationRequest(**fields)
