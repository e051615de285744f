"""Benefits by the names that their rulebooks give them."""

from __future__ import annotations

from atouts.wallet.v1 import suspensions_pb2 as pb

from gateway.web.visit import Visit
from rulebooks.errors import RulebookError


def benefit_title(visit: Visit, scheme: str, season: str, benefit: str) -> str:
    """The benefit's name in its rulebook."""
    try:
        return visit.setting.catalogue.get(visit.authority.id, scheme, season).benefit(benefit).title
    except RulebookError:
        return benefit


def suspended_titles(visit: Visit, suspension: pb.Suspension) -> str:
    """What is suspended, in French."""
    names = [benefit_title(visit, suspension.scheme, suspension.season, each) for each in suspension.benefits]
    return ", ".join(names) or "Tous les avantages"
