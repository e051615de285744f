"""One's own address, password, second factor and sessions."""

from __future__ import annotations

from atouts.identity.v1 import credentials_pb2 as pb

from gateway.answers import Json, NoContent
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import DELETE, GET, POST, PUT, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import accounts as schemas

_TAG = "Comptes"


@operation(
    POST,
    "/v1/account/recovery",
    rpc("identity", "AskRecovery"),
    "Demander le lien qui remplace un mot de passe oublié : la réponse est la même pour toute adresse",
    tag=_TAG,
    takes=JsonBody(schemas.Email),
    answers=NoContent(),
    signed_in=False,
    limit=SIGN_IN,
)
def ask_recovery(fields: Fields) -> pb.AskRecoveryRequest:
    return pb.AskRecoveryRequest(**fields)


@operation(
    POST,
    "/v1/account/recovery/password",
    rpc("identity", "RecoverAccount", SLOW_S),
    "Choisir un nouveau mot de passe avec le lien reçu",
    tag=_TAG,
    takes=JsonBody(schemas.RecoverAccount),
    answers=NoContent(),
    signed_in=False,
    limit=SIGN_IN,
)
def recover_account(fields: Fields) -> pb.RecoverAccountRequest:
    return pb.RecoverAccountRequest(**fields)


@operation(
    POST,
    "/v1/account/links",
    rpc("identity", "FollowMailLink"),
    "Suivre le lien d'un message : confirmer une adresse, en changer, revenir à l'ancienne",
    tag=_TAG,
    takes=JsonBody(schemas.LinkToken),
    answers=Json(schemas.FollowedLink),
    signed_in=False,
    limit=SIGN_IN,
)
def follow_mail_link(fields: Fields) -> pb.FollowMailLinkRequest:
    return pb.FollowMailLinkRequest(**fields)


@operation(
    POST,
    "/v1/account/confirmation",
    rpc("identity", "AskConfirmation"),
    "Recevoir à nouveau le lien qui confirme son adresse",
    tag=_TAG,
    answers=NoContent(),
    limit=SIGN_IN,
)
def ask_confirmation(_fields: Fields) -> pb.AskConfirmationRequest:
    return pb.AskConfirmationRequest()


@operation(
    POST,
    "/v1/account/email",
    rpc("identity", "AskEmailChange", SLOW_S),
    "Demander à changer d'adresse : un lien part à la nouvelle",
    tag=_TAG,
    takes=JsonBody(schemas.EmailChange),
    answers=NoContent(),
    limit=SIGN_IN,
)
def ask_email_change(fields: Fields) -> pb.AskEmailChangeRequest:
    return pb.AskEmailChangeRequest(**fields)


@operation(
    PUT,
    "/v1/account/password",
    rpc("identity", "ChangePassword", SLOW_S),
    "Changer de mot de passe : les autres connexions sont fermées",
    tag=_TAG,
    takes=JsonBody(schemas.PasswordChange),
    answers=NoContent(),
    limit=SIGN_IN,
)
def change_password(fields: Fields) -> pb.ChangePasswordRequest:
    return pb.ChangePasswordRequest(**fields)


@operation(
    POST,
    "/v1/account/second-factor",
    rpc("identity", "BeginSecondFactor", SLOW_S),
    "Obtenir un second facteur, gardé une fois confirmé",
    tag=_TAG,
    takes=JsonBody(schemas.OwnPassword),
    answers=Json(schemas.SecondFactorOffered),
    limit=SIGN_IN,
)
def begin_second_factor(fields: Fields) -> pb.BeginSecondFactorRequest:
    return pb.BeginSecondFactorRequest(**fields)


@operation(
    POST,
    "/v1/account/second-factor/confirmation",
    rpc("identity", "ConfirmSecondFactor"),
    "Confirmer son second facteur par un code et recevoir ses codes de secours",
    tag=_TAG,
    takes=JsonBody(schemas.FactorCode),
    answers=Json(schemas.RecoveryCodes),
    limit=SIGN_IN,
)
def confirm_second_factor(fields: Fields) -> pb.ConfirmSecondFactorRequest:
    return pb.ConfirmSecondFactorRequest(**fields)


@operation(
    POST,
    "/v1/account/second-factor/removal",
    rpc("identity", "RemoveSecondFactor", SLOW_S),
    "Retirer son second facteur",
    tag=_TAG,
    takes=JsonBody(schemas.PasswordAndCode),
    answers=NoContent(),
    limit=SIGN_IN,
)
def remove_second_factor(fields: Fields) -> pb.RemoveSecondFactorRequest:
    return pb.RemoveSecondFactorRequest(**fields)


@operation(
    POST,
    "/v1/account/recovery-codes",
    rpc("identity", "RenewRecoveryCodes", SLOW_S),
    "Recevoir de nouveaux codes de secours : les anciens ne servent plus",
    tag=_TAG,
    takes=JsonBody(schemas.PasswordAndCode),
    answers=Json(schemas.RecoveryCodes),
    limit=SIGN_IN,
)
def renew_recovery_codes(fields: Fields) -> pb.RenewRecoveryCodesRequest:
    return pb.RenewRecoveryCodesRequest(**fields)


@operation(
    GET,
    "/v1/account/sessions",
    rpc("identity", "ListSessions"),
    "Voir ses connexions ouvertes",
    tag=_TAG,
    answers=Json(schemas.SessionsAnswer),
)
def list_sessions(_fields: Fields) -> pb.ListSessionsRequest:
    return pb.ListSessionsRequest()


@operation(
    DELETE,
    "/v1/account/sessions/{session_id}",
    rpc("identity", "EndSession"),
    "Fermer une de ses connexions",
    tag=_TAG,
    answers=NoContent(),
)
def end_session(fields: Fields) -> pb.EndSessionRequest:
    return pb.EndSessionRequest(**fields)


@operation(
    DELETE,
    "/v1/account/other-sessions",
    rpc("identity", "EndOtherSessions"),
    "Fermer toutes ses autres connexions",
    tag=_TAG,
    answers=Json(schemas.EndedSessions),
)
def end_other_sessions(_fields: Fields) -> pb.EndOtherSessionsRequest:
    return pb.EndOtherSessionsRequest()
