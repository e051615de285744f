"""A guardian's consent: the young person sends a link, whoever holds it reads, answers and may take it back."""

from __future__ import annotations

from atouts.identity.v1 import guardians_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web import questions, words
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import ANYBODY, YOUNG, page
from gateway.web.pages.space import scheme_titles
from gateway.web.visit import View, Visit

_QUALITIES = {
    "mere": pb.GUARDIAN_QUALITY_MOTHER,
    "pere": pb.GUARDIAN_QUALITY_FATHER,
    "tuteur": pb.GUARDIAN_QUALITY_LEGAL_GUARDIAN,
}
_CONSENT, _REFUSE = "autoriser", "refuser"


class AskForm(FormSchema):
    """`scheme`: its id and season, joined by a slash."""

    scheme = Text(101, required=True, pattern=("[a-z0-9_-]{1,80}/[0-9-]{1,20}", "required"))
    email = Text(254, required=True)


class AnswerForm(FormSchema):
    decision = Text(10, required=True, pattern=(f"{_CONSENT}|{_REFUSE}", "required"))
    guardian_name = Text(100, required=True)
    quality = Text(10, required=True, pattern=("|".join(_QUALITIES), "required"))


@page(
    "/mon-espace/autorisation",
    YOUNG,
    done={"envoyee": "Le message est parti. Ton parent ou tuteur a 14 jours pour répondre : tu recevras un courriel."},
)
async def consents(visit: Visit) -> View:
    requests = (await visit.ask(rpc("identity", "ListMyConsents"), pb.ListMyConsentsRequest())).requests
    asking = [each for each in await questions.open_rulebooks(visit) if each.consents]
    values = {
        "requests": requests,
        "titles": scheme_titles(visit),
        "states": words.CONSENT_STATES,
        "schemes": [(f"{each.scheme}/{each.season}", f"{each.title}, {each.season}") for each in asking],
    }
    return View("jeune/autorisation.html", values)


@consents.act(AskForm)
async def ask_guardian(visit: Visit, fields: Fields) -> Response:
    scheme, _, season = fields["scheme"].partition("/")
    request = pb.AskGuardianRequest(scheme=scheme, season=season, email=fields["email"])
    await visit.ask(rpc("identity", "AskGuardian"), request)
    return visit.go(consents.path, done="envoyee")


@page(
    "/autorisation/{token}",
    ANYBODY,
    limit=SIGN_IN,
    done={
        "donnee": "Merci : votre autorisation est enregistrée.",
        "refusee": "Votre refus est enregistré.",
        "retiree": "Votre autorisation est retirée.",
    },
)
async def link(visit: Visit) -> View:
    """Reading uses nothing up. Raises Problem 404 where the link is over."""
    opened = await visit.ask(rpc("identity", "OpenGuardianLink"), pb.OpenGuardianLinkRequest(token=visit.id("token")))
    values = {
        "opened": opened,
        "asked": opened.request,
        "title": scheme_titles(visit).get((opened.request.scheme, opened.request.season), opened.request.scheme),
        "state": words.CONSENT_STATES[opened.request.state],
        "waits": opened.request.state == pb.CONSENT_STATE_ASKED,
        "given": opened.request.state == pb.CONSENT_STATE_GIVEN,
        "qualities": [("mere", "Sa mère"), ("pere", "Son père"), ("tuteur", "Son tuteur ou sa tutrice")],
        "choices": [(_CONSENT, "J’autorise"), (_REFUSE, "Je n’autorise pas")],
    }
    return View("public/autorisation.html", values)


@link.act(AnswerForm, limit=SIGN_IN)
async def answer(visit: Visit, fields: Fields) -> Response:
    consents_to = fields["decision"] == _CONSENT
    request = pb.AnswerGuardianLinkRequest(
        token=visit.id("token"),
        consent=consents_to,
        guardian_name=fields["guardian_name"],
        quality=_QUALITIES[fields["quality"]],
    )
    await visit.ask(rpc("identity", "AnswerGuardianLink"), request)
    return visit.go(f"/autorisation/{visit.id('token')}", done="donnee" if consents_to else "refusee")


@link.act(NoFields, "/autorisation/{token}/retrait", limit=SIGN_IN)
async def withdraw(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("identity", "WithdrawConsent"), pb.WithdrawConsentRequest(token=visit.id("token")))
    return visit.go(f"/autorisation/{visit.id('token')}", done="retiree")
