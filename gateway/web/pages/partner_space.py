"""Whom the visitor of a partner's space acts for, and what their roles let them do there."""

from __future__ import annotations

from dataclasses import dataclass

from atouts.partner.v1 import organisations_pb2 as pb

from gateway.problems import Problem
from gateway.web.pages.till import partner_of
from gateway.web.visit import Visit

SPACE = "/espace-partenaire"
OWN = SPACE + "/{partner_id}"
PRINCIPAL, MANAGER = "principal", "manager"


@dataclass(frozen=True, slots=True)
class Own:
    """A partner, and the roles that the visitor has for it. `path`: where its space begins."""

    partner: pb.Partner
    roles: frozenset[str]

    @property
    def path(self) -> str:
        return f"{SPACE}/{self.partner.partner_id}"

    @property
    def signs(self) -> bool:
        """Whether the visitor signs charters and names principal delegates."""
        return PRINCIPAL in self.roles

    @property
    def runs(self) -> bool:
        """Whether the file, the delegates and the bons plans are the visitor's work."""
        return self.signs or MANAGER in self.roles


async def own_partner(visit: Visit) -> Own:
    """The partner in the path. Raises Problem 404 when the visitor does not act for it."""
    partner = await partner_of(visit)
    account_id = visit.session.account_id if visit.session else ""
    roles = [role for delegate in partner.delegates if delegate.account_id == account_id for role in delegate.roles]
    return Own(partner, frozenset(roles))


async def run_partner(visit: Visit) -> Own:
    """The same, for the pages of those who run it: the others are told whom to ask. Raises Problem 403, 404."""
    own = await own_partner(visit)
    if not own.runs:
        raise Problem(
            403,
            "not_allowed",
            "Cette page est celle du délégué principal et des gestionnaires : demandez-leur.",
            "This page is for principal delegates and managers: ask one of them.",
        )
    return own


def own_path(visit: Visit, rest: str = "") -> str:
    """Of the partner in the path of the visit."""
    return f"{SPACE}/{visit.id('partner_id')}{rest}"
