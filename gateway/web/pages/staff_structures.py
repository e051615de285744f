"""One partner for staff: what it is, its accreditations and taking one back, its money, what it took on a day."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import accreditations_pb2, organisations_pb2
from atouts.payout.v1 import messages_pb2
from atouts.wallet.v1 import debits_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.schemas.fields import Day, OneOf, Text
from gateway.web import tabs, words
from gateway.web.forms import FormSchema
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_partners import category_title
from gateway.web.partner_terms import terms_of
from gateway.web.titles import benefit_title
from gateway.web.visit import View, Visit
from rulebooks.vocabulary import PARTNER

STRUCTURE = "/agents/structures/{partner_id}"
# What staff alone may say of a partner: each is yes or no.
_STAFF_FACTS = {name: fact.label for name, fact in PARTNER.items() if fact.told_by == "staff"}
_SAID = {"oui": True, "non": False}


class DayQuery(FormSchema):
    jour = Day()
    page_token = Text(500)


class WithdrawalForm(FormSchema):
    """Three forms of one page ask why: each by a name of its own, so that a fault is said at one of them."""

    accreditation_id = Text(64, required=True)
    withdrawal_reason = Text(500, least=3, required=True)


class HoldForm(FormSchema):
    hold_reason = Text(300, least=3, required=True)


class FactForm(FormSchema):
    name = OneOf(*_STAFF_FACTS, required=True)
    said = OneOf(*_SAID, required=True)
    fact_reason = Text(500, least=3, required=True)


@page(
    STRUCTURE,
    STAFF,
    done={
        "retire": "L’agrément est retiré : plus aucune caisse ne l’accepte.",
        "retrait-en-cours": "L’agrément est retiré, mais la caisse n’a pas encore répondu : jusque-là, des paiements"
        " peuvent passer. Le retrait lui est redit sans vous.",
        "note": "C’est noté : les conditions des demandes sont revues.",
        "retenu": "Les versements du partenaire sont retenus : il lit le motif.",
    },
)
async def structure(visit: Visit) -> View:
    """Money is shown to those who read payouts, and debits on the day that was asked for."""
    partner_id = visit.id("partner_id")
    request = organisations_pb2.GetPartnerRequest(partner_id=partner_id)
    partner = (await visit.ask(rpc("partner", "GetPartner"), request)).partner
    query = visit.query(DayQuery)
    values = {
        "partner": partner,
        "kind": words.PARTNER_KINDS.get(partner.kind, ""),
        "documents": (await terms_of(visit)).every_document(),
        "accreditations": [(each, category_title(visit, each)) for each in partner.accreditations],
        "states": words.ACCREDITATION_REVIEW_STATES,
        "granted": accreditations_pb2.ACCREDITATION_STATE_GRANTED,
        "staff_facts": [(_STAFF_FACTS.get(each.name, each.name), each.flag) for each in partner.staff_facts],
        "fact_names": [(name, f"{label[:1].upper()}{label[1:]}") for name, label in _STAFF_FACTS.items()],
        "iban": words.IBAN_REVIEW_STATES.get(partner.iban_state, ""),
        "account": await _account(visit) if tabs.OF_MONEY.intersection(_roles(visit)) else None,
        "held": words.HELD_FOR,
        "day": query.get("jour", ""),
        **await _debits(visit, query),
    }
    return View("agents/structure.html", values)


@structure.act(WithdrawalForm, STRUCTURE + "/retrait", names={"reason": "withdrawal_reason"})
async def withdraw(visit: Visit, fields: Fields) -> Response:
    """Effective once the wallet has committed it."""
    request = accreditations_pb2.WithdrawAccreditationRequest(
        accreditation_id=fields["accreditation_id"], reason=fields["withdrawal_reason"]
    )
    answer = await visit.ask(rpc("partner", "WithdrawAccreditation", SLOW_S), request)
    return visit.go(visit.path.removesuffix("/retrait"), done="retire" if answer.effective else "retrait-en-cours")


@structure.act(FactForm, STRUCTURE + "/faits", names={"reason": "fact_reason"})
async def record(visit: Visit, fields: Fields) -> Response:
    """Said again otherwise, the last word counts."""
    fact = organisations_pb2.Declaration(name=fields["name"], flag=_SAID[fields["said"]])
    request = organisations_pb2.RecordStaffFactRequest(
        partner_id=visit.id("partner_id"), fact=fact, reason=fields["fact_reason"]
    )
    await visit.ask(rpc("partner", "RecordStaffFact"), request)
    return visit.go(visit.path.removesuffix("/faits"), done="note")


@structure.act(HoldForm, STRUCTURE + "/retenue", names={"reason": "hold_reason"})
async def hold(visit: Visit, fields: Fields) -> Response:
    request = messages_pb2.PlaceHoldRequest(partner_id=visit.id("partner_id"), reason=fields["hold_reason"])
    await visit.ask(rpc("payout", "PlaceHold"), request)
    return visit.go(visit.path.removesuffix("/retenue"), done="retenu")


async def _account(visit: Visit) -> messages_pb2.GetPartnerAccountResponse:
    request = messages_pb2.GetPartnerAccountRequest(partner_id=visit.id("partner_id"))
    account: messages_pb2.GetPartnerAccountResponse = await visit.ask(rpc("payout", "GetPartnerAccount"), request)
    return account


async def _debits(visit: Visit, query: Fields) -> dict[str, Any]:
    """What the partner took on the day asked for, and where the list goes on."""
    if "jour" not in query:
        return {"debits": [], "next": ""}
    request = debits_pb2.ListPartnerDebitsRequest(
        partner_id=visit.id("partner_id"),
        from_day=query["jour"],
        to_day=query["jour"],
        page_token=query.get("page_token", ""),
    )
    answer = await visit.ask(rpc("wallet", "ListPartnerDebits"), request)
    debits = [(each, benefit_title(visit, each.scheme, each.season, each.benefit)) for each in answer.debits]
    return {"debits": debits, "next": answer.next_page_token}


def _roles(visit: Visit) -> tuple[str, ...]:
    return visit.session.roles if visit.session else ()
