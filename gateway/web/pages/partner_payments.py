"""What a partner is owed, what is held back and why, what was paid, and the statement of each transfer."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb
from starlette.responses import Response

from gateway import answers
from gateway.contracts import SLOW_S, rpc
from gateway.web.page import PARTNER, page
from gateway.web.pages.partner_proofs import proof_path
from gateway.web.pages.partner_space import OWN, own_partner
from gateway.web.partner_terms import terms_of
from gateway.web.visit import View, Visit

_PATH = OWN + "/versements"
_STATEMENT = answers.File("content", ".media_type", ".filename")


@page(
    _PATH,
    PARTNER,
    done={
        "justificatif": "Le justificatif est envoyé : un agent le regarde.",
        "declaration": "Votre déclaration est enregistrée.",
    },
)
async def payments(visit: Visit) -> View:
    """The last transfer first."""
    own = await own_partner(visit)
    terms = await terms_of(visit)
    asked = pb.GetPartnerAccountRequest(partner_id=own.partner.partner_id)
    account = await visit.ask(rpc("payout", "GetPartnerAccount"), asked)
    values = {
        "own": own,
        "account": account,
        "holds": [(hold, proof_path(own, terms, hold)) for hold in account.holds],
        "paid": [(each, terms.scheme_title(each.scheme, each.season)) for each in reversed(account.remittances)],
    }
    return View("partenaire/versements.html", values)


@page(_PATH + "/{run_id}/releve.csv", PARTNER)
async def statement_table(visit: Visit) -> Response:
    return await _statement(visit, pb.STATEMENT_FORMAT_CSV)


@page(_PATH + "/{run_id}/releve.pdf", PARTNER)
async def statement_paper(visit: Visit) -> Response:
    return await _statement(visit, pb.STATEMENT_FORMAT_PDF)


async def _statement(visit: Visit, form: pb.StatementFormat) -> Response:
    request = pb.GetStatementRequest(run_id=visit.id("run_id"), partner_id=visit.id("partner_id"), format=form)
    return _STATEMENT.render(await visit.ask(rpc("payout", "GetStatement", SLOW_S), request))
