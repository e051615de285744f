"""One's own password and second factor."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from atouts.identity.v1 import accounts_pb2
from atouts.identity.v1 import credentials_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web import qr
from gateway.web.forms import FormSchema
from gateway.web.page import SIGNED_IN, page
from gateway.web.pages.account import ACCOUNT_PATH
from gateway.web.visit import View, Visit

_ENROLMENT = "otpauth://totp/"


class PasswordForm(FormSchema):
    password = Text(128, required=True, metadata={"format": "password"})
    new_password = Text(128, least=12, required=True, metadata={"format": "password"})


class OwnPasswordForm(FormSchema):
    password = Text(128, required=True, metadata={"format": "password"})


class CodeForm(FormSchema):
    """`uri` comes back so that a mistyped code does not hide what is to be scanned."""

    uri = Text(500, required=True)
    second_factor_code = Text(12, required=True)


class PasswordAndCodeForm(FormSchema):
    password = Text(128, required=True, metadata={"format": "password"})
    second_factor_code = Text(12, required=True)


@page("/compte/mot-de-passe", SIGNED_IN)
async def password(_visit: Visit) -> View:
    return View("compte/mot_de_passe.html")


@password.act(PasswordForm, limit=SIGN_IN)
async def change_password(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "ChangePassword", SLOW_S), pb.ChangePasswordRequest(**fields))
    return visit.go(ACCOUNT_PATH, done="mot-de-passe")


@page("/compte/second-facteur", SIGNED_IN)
async def second_factor(visit: Visit) -> View:
    return await _drawn(visit, str(visit.form.values.get("uri", "")))


@second_factor.act(OwnPasswordForm, limit=SIGN_IN)
async def begin(visit: Visit, fields: Fields) -> View:
    """The secret is shown on the page that answers; identity keeps it once a code of it came."""
    answer = await visit.ask(rpc("identity", "BeginSecondFactor", SLOW_S), pb.BeginSecondFactorRequest(**fields))
    return await _drawn(visit, answer.second_factor_uri)


@second_factor.act(CodeForm, "/compte/second-facteur/code", limit=SIGN_IN)
async def confirm(visit: Visit, fields: Fields) -> View:
    request = pb.ConfirmSecondFactorRequest(second_factor_code=fields["second_factor_code"])
    answer = await visit.ask(rpc("identity", "ConfirmSecondFactor"), request)
    return View("compte/codes_de_secours.html", {"codes": answer.recovery_codes})


@second_factor.act(PasswordAndCodeForm, "/compte/second-facteur/retrait", limit=SIGN_IN)
async def remove(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "RemoveSecondFactor", SLOW_S), pb.RemoveSecondFactorRequest(**fields))
    return visit.go(ACCOUNT_PATH, done="facteur")


@second_factor.act(PasswordAndCodeForm, "/compte/second-facteur/codes", limit=SIGN_IN)
async def renew_codes(visit: Visit, fields: Fields) -> View:
    answer = await visit.ask(rpc("identity", "RenewRecoveryCodes", SLOW_S), pb.RenewRecoveryCodesRequest(**fields))
    return View("compte/codes_de_secours.html", {"codes": answer.recovery_codes})


async def _drawn(visit: Visit, uri: str) -> View:
    answer = await visit.ask(rpc("identity", "GetAccount"), accounts_pb2.GetAccountRequest())
    shown = uri if uri.startswith(_ENROLMENT) else ""
    values = {
        "account": answer.account,
        "uri": shown,
        "svg": qr.svg(shown) if shown else "",
        "secret": parse_qs(urlsplit(shown).query).get("secret", [""])[0],
    }
    return View("compte/second_facteur.html", values)
