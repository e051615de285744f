"""Proofs that payouts wait for: what the rulebook asks, the document that was sent, the decision."""

from __future__ import annotations

from atouts.partner.v1 import proofs_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web.forms import PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted, reason_of
from gateway.web.pages.staff_queues import Queue, decided_elsewhere
from gateway.web.visit import View, Visit
from rulebooks.errors import RulebookError
from rulebooks.partners import Hold

QUEUE = Queue(
    lambda: rpc("partner", "ListPayoutProofs"), lambda token: pb.ListPayoutProofsRequest(page_token=token), "proofs"
)
_LIST = "/agents/justificatifs"
_PROOF = _LIST + "/{partner_id}/{scheme}/{season}/{hold_code}"
_DECIDED = {
    "accepte": "Le justificatif est accepté : la retenue finit d’elle-même.",
    "refuse": "Le justificatif est refusé : le partenaire lit le motif et peut en envoyer un autre.",
}


@page(_LIST, STAFF, done=_DECIDED)
async def proofs(visit: Visit) -> View:
    """Oldest first."""
    found, more = await QUEUE.page(visit, visit.query(PageToken).get("page_token", ""))
    rows = [(each, _asked(visit, each)) for each in found]
    return View("agents/justificatifs.html", {"rows": rows, "titles": scheme_titles(visit), "next": more})


@page(_PROOF, STAFF)
async def proof(visit: Visit) -> View:
    """Raises Problem 404 when it was decided meanwhile."""
    place = tuple(visit.id(name) for name in ("partner_id", "scheme", "season", "hold_code"))
    async for each in QUEUE.every(visit):
        if (each.partner_id, each.scheme, each.season, each.hold_code) == place:
            values = {"proof": each, "asked": _asked(visit, each), "titles": scheme_titles(visit)}
            return View("agents/justificatif.html", values)
    raise decided_elsewhere()


@proof.act(DecisionForm)
async def decide(visit: Visit, fields: Fields) -> Response:
    """Then the next in the list."""
    accepted = is_accepted(fields)
    request = pb.DecidePayoutProofRequest(
        partner_id=visit.id("partner_id"),
        scheme=visit.id("scheme"),
        season=visit.id("season"),
        hold_code=visit.id("hold_code"),
        accept=accepted,
        reason=reason_of(fields),
    )
    await visit.ask(rpc("partner", "DecidePayoutProof"), request)
    return visit.go(_LIST, done="accepte" if accepted else "refuse")


def _asked(visit: Visit, sent: pb.PayoutProof) -> Hold | None:
    """The rulebook's hold; None where this process does not have the file."""
    try:
        rulebook = visit.setting.catalogue.get(visit.authority.id, sent.scheme, sent.season)
    except RulebookError:
        return None
    return next((hold for hold in rulebook.holds if hold.code == sent.hold_code), None)
