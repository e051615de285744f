"""What a payout waits for: a document that staff look at, or the word that one is not concerned."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2, terms_pb2
from atouts.partner.v1 import proofs_pb2 as pb
from atouts.payout.v1 import messages_pb2 as payouts_pb2
from starlette.responses import Response

from chassis.sizes import DOCUMENT_MB
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import UPLOAD
from gateway.web import words
from gateway.web.forms import NoFields
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_tasks
from gateway.web.pages.partner_documents import send_document
from gateway.web.pages.partner_space import OWN, Own, own_path, run_partner
from gateway.web.partner_terms import Terms, terms_of
from gateway.web.visit import View, Visit

_PATH = OWN + "/justificatifs/{scheme}/{season}/{hold_code}"
_IBAN_TO_GIVE = (organisations_pb2.IBAN_STATE_MISSING, organisations_pb2.IBAN_STATE_REFUSED)


@page(_PATH, PARTNER)
async def proof(visit: Visit) -> View:
    own = await run_partner(visit)
    terms = await terms_of(visit)
    asked = _asked(visit, terms)
    sent = _sent(visit, own)
    values = {
        "own": own,
        "asked": asked,
        "scheme_title": terms.scheme_title(visit.id("scheme"), visit.id("season")),
        "sent": sent,
        "state": words.PROOF_STATES.get(sent.state, "") if sent else "",
        "accepted": sent is not None and sent.state == pb.PAYOUT_PROOF_STATE_ACCEPTED,
        "limit_mb": DOCUMENT_MB,
        "address": own_path(visit, f"/justificatifs/{visit.id('scheme')}/{visit.id('season')}/{asked.hold_code}"),
    }
    return View("partenaire/justificatif.html", values)


@proof.act(NoFields, limit=UPLOAD, uploads={"content": DOCUMENT_MB}, names={"document_id": "content"})
async def send(visit: Visit, fields: Fields) -> Response:
    asked = _asked(visit, await terms_of(visit))
    document_id = await send_document(visit, asked.document_kind, fields["content"])
    await _submit(visit, document_id=document_id)
    return visit.go(own_path(visit, "/versements"), done="justificatif")


@proof.act(NoFields, _PATH + "/declaration")
async def declare(visit: Visit, _fields: Fields) -> Response:
    await _submit(visit, not_concerned=True)
    return visit.go(own_path(visit, "/versements"), done="declaration")


def proof_path(own: Own, terms: Terms, hold: payouts_pb2.Hold) -> str:
    """Where the partner ends this hold itself; empty where it cannot. An IBAN is given on its own page."""
    if not own.runs:
        return ""
    for each in partner_tasks.live(own.partner):
        if each.scheme == hold.scheme and any(one.hold_code == hold.code for one in terms.proofs(each)):
            return f"{own.path}/justificatifs/{hold.scheme}/{hold.season or each.season}/{hold.code}"
    return f"{own.path}/iban" if not hold.scheme and own.partner.iban_state in _IBAN_TO_GIVE else ""


async def _submit(visit: Visit, *, document_id: str = "", not_concerned: bool = False) -> None:
    request = pb.SubmitPayoutProofRequest(
        partner_id=visit.id("partner_id"),
        scheme=visit.id("scheme"),
        season=visit.id("season"),
        hold_code=visit.id("hold_code"),
        document_id=document_id,
        not_concerned=not_concerned,
    )
    await visit.ask(rpc("partner", "SubmitPayoutProof"), request)


def _asked(visit: Visit, terms: Terms) -> terms_pb2.AskedProof:
    """Raises Problem 404: the rulebook asks for no such proof."""
    found = terms.of(visit.id("scheme"), visit.id("season"))
    for each in found.proofs if found else ():
        if each.hold_code == visit.id("hold_code"):
            return each
    raise Problem(
        404,
        "proof_not_asked",
        "Le règlement ne demande pas ce justificatif : choisissez-le à la page des versements.",
        "The rulebook asks for no such proof.",
    )


def _sent(visit: Visit, own: Own) -> pb.PayoutProof | None:
    place = tuple(map(visit.id, ("scheme", "season", "hold_code")))
    known = own.partner.payout_proofs
    return next((each for each in known if (each.scheme, each.season, each.hold_code) == place), None)
