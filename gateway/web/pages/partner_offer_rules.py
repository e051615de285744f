"""Which bons plans a partner may propose, as the rulebooks that count today say: what a form offers to choose from."""

from __future__ import annotations

from datetime import date

from atouts.bonplan.v1 import offers_pb2 as pb

from gateway.web import words
from gateway.web.partner_terms import today
from gateway.web.visit import Visit
from rulebooks import Rulebook
from rulebooks.bons_plans import BonsPlans
from rulebooks.errors import RulebookError

_PARTNER = "partner"
# Partners of other sectors write under the same account.
_AUTHORS = {_PARTNER, "other"}


def proposable(visit: Visit) -> list[Rulebook]:
    """Of the seasons that are not over, those whose rulebook takes bons plans of partners."""
    day = date.fromisoformat(today(visit))
    in_force = visit.setting.catalogue.of_authority(visit.authority.id, day)
    return [each for each in in_force if each.ends_on >= day and each.bons_plans and each.bons_plans.authors & _AUTHORS]


def kinds(rules: BonsPlans) -> words.Choices:
    """A draw only where a partner may have one drawn."""
    known = [kind for kind in rules.winners if kind in dict(words.OFFER_FORMS)]
    allowed = [kind for kind in known if kind != "draw" or _PARTNER in rules.draws_run_by]
    return [(kind, told) for kind, told in words.OFFER_FORMS if kind in allowed]


def types(rules: BonsPlans) -> words.Choices:
    return [(kind, told) for kind, told in words.OFFER_TYPES if kind in rules.types]


def themes(rules: BonsPlans) -> words.Choices:
    return [(theme.id, theme.title) for theme in rules.themes]


def may_draw(visit: Visit, offer: pb.Offer) -> bool:
    """Whether the rulebook lets the partner have its own draw run."""
    if offer.kind != pb.OFFER_KIND_DRAW:
        return False
    day = date.fromisoformat(today(visit))
    try:
        rulebook = visit.setting.catalogue.in_force(visit.authority.id, offer.scheme, offer.season, day)
    except RulebookError:
        return False
    return bool(rulebook.bons_plans and _PARTNER in rulebook.bons_plans.draws_run_by)
