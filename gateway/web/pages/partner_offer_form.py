"""Proposing a bon plan: for the members of which scheme, what is won, how places are given, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from atouts.bonplan.v1 import offers_pb2 as pb
from marshmallow import ValidationError, fields
from starlette.responses import Response

from chassis.clock import PARIS
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.bonplans import Paragraphs
from gateway.schemas.fields import Text, Word
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_offer_rules as rules
from gateway.web.pages.partner_space import OWN, own_path, run_partner
from gateway.web.pages.till_amount import Euros
from gateway.web.visit import View, Visit
from rulebooks import Rulebook

_CHOICE = OWN + "/bons-plans/nouveau"
_FORM = _CHOICE + "/{scheme}/{season}"
_NAMES = {"value_cents": "value"}


class LocalMoment(fields.String):
    """A day and an hour of Paris, as a browser's own field writes them; loads as an aware datetime."""

    default_error_messages = {"required": "required", "null": "required", "invalid": "not_a_moment"}  # noqa: RUF012 - marshmallow's

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        try:
            return datetime.fromisoformat(super()._deserialize(value, attr, data, **rest)).replace(tzinfo=PARIS)
        except ValueError:
            raise ValidationError("not_a_moment") from None


class OfferForm(FormSchema):
    idempotency_key = Text(128, required=True)
    kind = Word(pb.OfferKind, required=True)
    title = Text(120, required=True)
    description = Paragraphs(4_000, required=True)
    prize = Text(200, required=True)
    places = Text(5, required=True, pattern=("[1-9][0-9]{0,4}", "not_a_whole_number"))
    value = Euros()
    opens_at = LocalMoment(required=True)
    closes_at = LocalMoment(required=True)
    type = Word(pb.OfferType)
    theme = Text(80)


@page(_CHOICE, PARTNER)
async def schemes(visit: Visit) -> View | Response:
    """Where one rulebook only takes bons plans of partners there is nothing to choose."""
    own = await run_partner(visit)
    known = rules.proposable(visit)
    if len(known) == 1:
        return visit.go(f"{own.path}/bons-plans/nouveau/{known[0].scheme}/{known[0].season}")
    return View("partenaire/bon-plan-pour.html", {"own": own, "rulebooks": known})


@page(_FORM, PARTNER)
async def proposal(visit: Visit) -> View:
    own = await run_partner(visit)
    rulebook = _rulebook(visit)
    assert rulebook.bons_plans is not None  # of those that may be proposed
    values = {
        "own": own,
        "rulebook": rulebook,
        "kinds": rules.kinds(rulebook.bons_plans),
        "types": rules.types(rulebook.bons_plans),
        "themes": rules.themes(rulebook.bons_plans),
    }
    return View("partenaire/bon-plan-nouveau.html", values)


@proposal.act(OfferForm, names=_NAMES)
async def propose(visit: Visit, fields: Fields) -> Response:
    request = pb.SubmitOfferRequest(
        idempotency_key=fields["idempotency_key"],
        partner_id=visit.id("partner_id"),
        kind=fields["kind"],
        text=pb.OfferText(title=fields["title"], description=fields["description"], prize=fields["prize"]),
        scheme=visit.id("scheme"),
        season=visit.id("season"),
        places=int(fields["places"]),
        value_cents=fields.get("value", 0),
        opens_at=fields["opens_at"],
        closes_at=fields["closes_at"],
        type=fields.get("type", pb.OFFER_TYPE_UNSPECIFIED),
        theme=fields.get("theme", ""),
    )
    await visit.ask(rpc("bonplan", "SubmitOffer"), request)
    return visit.go(own_path(visit, "/bons-plans"), done="propose")


def _rulebook(visit: Visit) -> Rulebook:
    """Raises Problem 404."""
    for each in rules.proposable(visit):
        if (each.scheme, each.season) == (visit.id("scheme"), visit.id("season")):
            return each
    raise Problem(
        404,
        "unknown_scheme",
        "Ce dispositif ne prend pas de bons plans de partenaires en ce moment : choisissez-en un autre.",
        "This scheme takes no offers of partners now: choose another one.",
    )
