"""What an invitation of staff leads to: a password of one's own, then the second factor to enrol."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from atouts.identity.v1 import accounts_pb2 as pb

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web import qr
from gateway.web.forms import FormSchema
from gateway.web.page import ANYBODY, page
from gateway.web.visit import View, Visit


class AcceptForm(FormSchema):
    password = Text(128, least=12, required=True, metadata={"format": "password"})


@page("/compte/invitation/{token}", ANYBODY)
async def invitation(_visit: Visit) -> View:
    """Opening it uses nothing up: a scanner of mails may."""
    return View("compte/invitation.html")


@invitation.act(AcceptForm, limit=SIGN_IN)
async def accept(visit: Visit, fields: Fields) -> View:
    """The second factor is shown on the page that answers, this once. Whoever was signed in here is not any more."""
    request = pb.AcceptInvitationRequest(invitation_token=visit.id("token"), **fields)
    answer = await visit.ask(rpc("identity", "AcceptInvitation", SLOW_S), request)
    visit.end()
    uri = answer.second_factor_uri
    secret = parse_qs(urlsplit(uri).query).get("secret", [""])[0]
    return View(
        "compte/invitation_acceptee.html", {"email": answer.account.email, "svg": qr.svg(uri), "secret": secret}
    )
