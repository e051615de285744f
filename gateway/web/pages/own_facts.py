"""What is kept of oneself, and who said it."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2

from gateway.contracts import rpc
from gateway.web import words
from gateway.web.forms import PageToken
from gateway.web.page import YOUNG, page
from gateway.web.pages.staff_persons import fact_label, fact_words
from gateway.web.visit import View, Visit


@page("/mon-espace/informations", YOUNG)
async def own_facts(visit: Visit) -> View:
    token = visit.query(PageToken).get("page_token", "")
    answer = await visit.ask(rpc("identity", "ListMyFacts"), facts_pb2.ListMyFactsRequest(page_token=token))
    values = {
        "records": [(each, fact_label(each.fact.name), fact_words(each.fact)) for each in answer.records],
        "sources": {**words.FACT_SOURCES, facts_pb2.FACT_SOURCE_PERSON: "toi"},
        "next": answer.next_page_token,
    }
    return View("jeune/informations.html", values)
