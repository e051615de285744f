"""The bank account on which a partner is paid."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages.partner_space import OWN, run_partner
from gateway.web.visit import View, Visit


class BankForm(FormSchema):
    iban = Text(50, required=True)
    holder = Text(140, required=True)


@page(OWN + "/iban", PARTNER, done={"envoye": "L’IBAN est envoyé : un agent le vérifie avant le premier virement."})
async def bank_account(visit: Visit) -> View:
    own = await run_partner(visit)
    values = {
        "own": own,
        "form": visit.form.filled({"holder": own.partner.legal_name}),
        "state": words.IBAN_STATES.get(own.partner.iban_state, ""),
        "known": own.partner.iban_state != pb.IBAN_STATE_MISSING,
    }
    return View("partenaire/iban.html", values)


@bank_account.act(BankForm)
async def give(visit: Visit, fields: Fields) -> Response:
    request = pb.SubmitIbanRequest(partner_id=visit.id("partner_id"), **fields)
    await visit.ask(rpc("partner", "SubmitIban"), request)
    return visit.go(visit.path, done="envoye")
