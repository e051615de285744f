"""IBANs that wait for a check: the number beside its holder, the partner's names and what the partner sent."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Text
from gateway.web.forms import PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted, reason_of
from gateway.web.pages.staff_queues import Queue, decided_elsewhere
from gateway.web.partner_terms import terms_of
from gateway.web.visit import View, Visit

QUEUE = Queue(
    lambda: rpc("partner", "ListWaitingIbans"), lambda token: pb.ListWaitingIbansRequest(page_token=token), "accounts"
)
_LIST = "/agents/ibans"
_DECIDED = {
    "accepte": "L’IBAN est vérifié : les versements y partent.",
    "refuse": "L’IBAN est refusé : le partenaire lit le motif, et l’ancien compte, s’il y en a un, sert encore.",
}


class IbanForm(DecisionForm):
    """`version`: of the account that was looked at."""

    version = Text(18, required=True, pattern=("[0-9]+", "not_a_whole_number"))


@page(_LIST, STAFF, done=_DECIDED)
async def ibans(visit: Visit) -> View:
    """Oldest first."""
    found, more = await QUEUE.page(visit, visit.query(PageToken).get("page_token", ""))
    return View("agents/ibans.html", {"accounts": found, "next": more})


@page(_LIST + "/{partner_id}", STAFF)
async def iban(visit: Visit) -> View:
    """Raises Problem 404 when it was decided meanwhile."""
    async for each in QUEUE.every(visit):
        if each.partner_id == visit.id("partner_id"):
            documents = (await terms_of(visit)).every_document()
            values = {"account": each, "number": _in_fours(each.iban), "documents": documents}
            return View("agents/iban.html", values)
    raise decided_elsewhere()


@iban.act(IbanForm)
async def verify(visit: Visit, fields: Fields) -> Response:
    """Of the number that was seen: refused where the partner sent another meanwhile. Then the next in the list."""
    accepted = is_accepted(fields)
    request = pb.VerifyIbanRequest(
        partner_id=visit.id("partner_id"),
        accept=accepted,
        reason=reason_of(fields),
        version=int(fields["version"]),
    )
    await visit.ask(rpc("partner", "VerifyIban"), request)
    return visit.go(_LIST, done="accepte" if accepted else "refuse")


def _in_fours(iban: str) -> str:
    """As it is printed on a bank's paper."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
