"""What a partner took on one day."""

from __future__ import annotations

from gateway.rate_limits import TILL
from gateway.schemas.fields import Day
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import till_taken
from gateway.web.pages.till import partner_of
from gateway.web.visit import View, Visit


class DayQuery(FormSchema):
    jour = Day()


@page(
    "/caisse/{partner_id}/journee",
    PARTNER,
    limit=TILL,
    done={
        "annule": "Le paiement est annulé : le montant est de retour sur la carte du jeune.",
        "passage-annule": "Le passage est annulé : il n’est plus compté au jeune.",
    },
)
async def day(visit: Visit) -> View:
    """The day asked for; else the last one with a payment or a use."""
    partner = await partner_of(visit)
    asked = visit.query(DayQuery).get("jour") or await till_taken.last_day(visit)
    payments = await till_taken.payments_of(visit, asked) if asked else []
    uses = await till_taken.uses_of(visit, asked) if asked else []
    kept = [payment for payment in payments if not payment.cancelled]
    values = {
        "partner": partner,
        "day": asked,
        "debits": [(payment, till_taken.title_of(visit, payment)) for payment in payments],
        "total_cents": sum(payment.amount_cents for payment in kept),
        "kept": len(kept),
        "uses": [(use, till_taken.title_of(visit, use)) for use in uses],
        "uses_kept": sum(not use.cancelled for use in uses),
    }
    return View("caisse/journee.html", values)
