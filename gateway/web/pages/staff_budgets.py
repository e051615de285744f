"""The budget, line by line: voted, credited, left, told thresholds, and who waits."""

from __future__ import annotations

from itertools import groupby

from atouts.wallet.v1 import seasons_pb2 as pb

from gateway.contracts import rpc
from gateway.web.forms import PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.titles import benefit_title
from gateway.web.visit import View, Visit


@page("/agents/budgets", STAFF)
async def budgets(visit: Visit) -> View:
    answer = await visit.ask(rpc("wallet", "ListEnvelopes"), pb.ListEnvelopesRequest())
    titles = scheme_titles(visit)
    voted = [each for each in answer.envelopes if each.voted_cents or each.waiting_members]
    seasons = [
        (titles.get(season, season[0]), [(benefit_title(visit, *season, each.benefit), each) for each in envelopes])
        for season, envelopes in groupby(voted, key=lambda each: (each.scheme, each.season))
    ]
    return View("agents/budgets.html", {"seasons": seasons})


@page("/agents/budgets/{scheme}/{season}/{benefit}", STAFF)
async def line(visit: Visit) -> View:
    """Who waits for one envelope, first the request that was complete first."""
    names = visit.id("scheme"), visit.id("season"), visit.id("benefit")
    request = pb.ListWaitingMembersRequest(
        scheme=names[0], season=names[1], benefit=names[2], page_token=visit.query(PageToken).get("page_token", "")
    )
    answer = await visit.ask(rpc("wallet", "ListWaitingMembers"), request)
    values = {"title": benefit_title(visit, *names), "members": answer.members, "next": answer.next_page_token}
    return View("agents/attente.html", values)
