"""What a young person can use at one partner, and the uses of their rights without cents."""

from __future__ import annotations

from atouts.wallet.v1 import access_uses_pb2, spendable_pb2

from gateway.contracts import rpc
from gateway.web import words
from gateway.web.forms import PageToken
from gateway.web.page import YOUNG, page
from gateway.web.pages.space import partner_names
from gateway.web.visit import View, Visit


@page("/mon-espace/chez/{partner_id}", YOUNG)
async def here(visit: Visit) -> View:
    """Which of one's wallets and rights this partner takes today, and how much."""
    partner_id = visit.id("partner_id")
    answer = await visit.ask(rpc("wallet", "ListSpendable"), spendable_pb2.ListSpendableRequest(partner_id=partner_id))
    values = {
        "partner": (await partner_names(visit, {partner_id})).get(partner_id, "ce partenaire"),
        "spendable": answer.spendable,
        "accesses": answer.accesses,
        "periods": words.PERIODS,
    }
    return View("jeune/chez.html", values)


@page("/mon-espace/passages", YOUNG)
async def uses(visit: Visit) -> View:
    """Every use that a partner recorded, with the partners' names."""
    query = visit.query(PageToken)
    asked = access_uses_pb2.ListUsesRequest(page_token=query.get("page_token", ""))
    answer = await visit.ask(rpc("wallet", "ListUses"), asked)
    values = {
        "uses": answer.uses,
        "next": answer.next_page_token,
        "titles": _titles(visit),
        "partners": await partner_names(visit, {use.partner_id for use in answer.uses}),
    }
    return View("jeune/passages.html", values)


def _titles(visit: Visit) -> dict[tuple[str, str, str], str]:
    """Titles of benefits by scheme, season and id."""
    rulebooks = visit.setting.catalogue.of_authority(visit.authority.id)
    return {
        (rulebook.scheme, rulebook.season, benefit.id): benefit.title
        for rulebook in rulebooks
        for benefit in rulebook.benefits
    }
