"""Opening an account, signing in and out."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from starlette.responses import Response

from chassis.context import Account, AccountKind
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web import guard, session
from gateway.web.door import BACK, SIGN_IN_PATH
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import ANYBODY, page
from gateway.web.visit import View, Visit

_HOMES = {
    AccountKind.YOUNG: "/mon-espace",
    AccountKind.PARTNER: "/caisse",
    AccountKind.STAFF: "/agents",
    AccountKind.GUARDIAN: "/compte",
}
# Where a new account begins: who has no organisation yet has nothing to do at a till.
_FIRST = {**_HOMES, AccountKind.PARTNER: "/espace-partenaire"}
_KINDS = {
    pb.ACCOUNT_KIND_YOUNG: AccountKind.YOUNG,
    pb.ACCOUNT_KIND_PARTNER: AccountKind.PARTNER,
    pb.ACCOUNT_KIND_STAFF: AccountKind.STAFF,
    pb.ACCOUNT_KIND_GUARDIAN: AccountKind.GUARDIAN,
}
_OPEN = {
    "jeune": pb.ACCOUNT_KIND_YOUNG,
    "partenaire": pb.ACCOUNT_KIND_PARTNER,
    "parent": pb.ACCOUNT_KIND_GUARDIAN,
}
_LED_HERE = {
    "sorti": "Déconnexion faite.",
    "retrouve": "Votre nouveau mot de passe est enregistré : connectez-vous.",
    "confirmee": "Votre adresse est confirmée : connectez-vous.",
    "annule": "L’ancienne adresse est de retour et tout est fermé : ouvrez le message que nous venons d’y envoyer.",
}
_SECOND_FACTOR = ("second_factor_required", "second_factor_wrong")


class SignUpForm(FormSchema):
    kind = Text(10, required=True, pattern=("jeune|partenaire|parent", "required"))
    email = Text(254, required=True)
    password = Text(128, least=12, required=True, metadata={"format": "password"})


class SignInForm(FormSchema):
    email = Text(254, required=True)
    password = Text(128, required=True, metadata={"format": "password"})
    second_factor_code = Text(12)


@page("/compte/creer", ANYBODY)
async def sign_up(visit: Visit) -> View | Response:
    if visit.session:
        return visit.go(_HOMES[visit.session.kind])
    return View("compte/creer.html")


@sign_up.act(SignUpForm, limit=SIGN_IN)
async def open_account(visit: Visit, fields: Fields) -> Response:
    kind, email, password = _OPEN[fields["kind"]], fields["email"], fields["password"]
    await visit.ask(
        rpc("identity", "OpenAccount", SLOW_S), pb.OpenAccountRequest(kind=kind, email=email, password=password)
    )
    await _begin(visit, pb.SignInRequest(email=email, password=password))
    return visit.go(_FIRST[_KINDS[kind]], done="bienvenue")


@page(SIGN_IN_PATH, ANYBODY, done=_LED_HERE)
async def sign_in(visit: Visit) -> View | Response:
    """The second factor is asked where the account has one: the field comes with the service's answer."""
    if visit.session:
        return visit.go(_destination(visit))
    return View("compte/connexion.html", {"second_factor": visit.form.code in _SECOND_FACTOR, "back": _back(visit)})


@sign_in.act(SignInForm, limit=SIGN_IN)
async def start_session(visit: Visit, fields: Fields) -> Response:
    await _begin(visit, pb.SignInRequest(**fields))
    return visit.go(_destination(visit))


@sign_in.act(NoFields, "/compte/deconnexion", limit=SIGN_IN)
async def sign_out(visit: Visit, _fields: Fields) -> Response:
    """The cookie goes whatever identity says; a session that it could not end, ends by itself."""
    if visit.session:
        try:
            await visit.ask(rpc("identity", "SignOut"), pb.SignOutRequest(refresh_token=visit.session.refresh_token))
        except Problem as problem:
            if problem.status != 503:
                raise
        finally:
            visit.end()
    return visit.go(sign_in.path, done="sorti")


async def _begin(visit: Visit, request: pb.SignInRequest) -> None:
    """Raises Problem 401, 403."""
    answer = await visit.ask(rpc("identity", "SignIn", SLOW_S), request)
    kind = _KINDS[answer.account.kind]
    account = Account(answer.account.account_id, kind, answer.account.second_factor)
    visit.begin(session.begin(account, answer.session, answer.account.roles))


def _destination(visit: Visit) -> str:
    assert visit.session is not None  # asked once somebody is signed in
    return guard.local_path(_back(visit), _HOMES[visit.session.kind])


def _back(visit: Visit) -> str:
    return visit.request.query_params.get(BACK, "")
