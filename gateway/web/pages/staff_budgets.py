"""The budget, line by line: voted, credited, left, told thresholds, and who waits; and voting more."""

from __future__ import annotations

from itertools import groupby

from atouts.wallet.v1 import seasons_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.pages.till_amount import Euros
from gateway.web.titles import benefit_title
from gateway.web.visit import View, Visit

_DIGITS = 9  # of whole euros


class VoteForm(FormSchema):
    """`line`: scheme, season and benefit of an envelope."""

    idempotency_key = Text(128, required=True)
    line = Text(250, required=True, pattern=("[A-Za-z0-9_-]{1,80}(?:/[A-Za-z0-9_-]{1,80}){2}", "required"))
    amount = Euros(_DIGITS, required=True)


@page(
    "/agents/budgets",
    STAFF,
    done={"vote": "Le budget est voté : qui attendait est servi."},
)
async def budgets(visit: Visit) -> View:
    answer = await visit.ask(rpc("wallet", "ListEnvelopes"), pb.ListEnvelopesRequest())
    titles = scheme_titles(visit)
    voted = [each for each in answer.envelopes if each.voted_cents or each.waiting_members]
    seasons = [
        (titles.get(season, season[0]), [(benefit_title(visit, *season, each.benefit), each) for each in envelopes])
        for season, envelopes in groupby(voted, key=lambda each: (each.scheme, each.season))
    ]
    lines = [
        (
            f"{each.scheme}/{each.season}/{each.benefit}",
            f"{titles.get((each.scheme, each.season), each.scheme)}, {each.season} : "
            + benefit_title(visit, each.scheme, each.season, each.benefit),
        )
        for each in answer.envelopes
    ]
    return View("agents/budgets.html", {"seasons": seasons, "lines": lines})


@budgets.act(VoteForm, names={"amount_cents": "amount", "benefit": "line"})
async def vote(visit: Visit, fields: Fields) -> Response:
    """Added to what was voted before."""
    scheme, season, benefit = fields["line"].split("/")
    request = pb.VoteBudgetRequest(
        idempotency_key=fields["idempotency_key"],
        scheme=scheme,
        season=season,
        benefit=benefit,
        amount_cents=fields["amount"],
    )
    await visit.ask(rpc("wallet", "VoteBudget"), request)
    return visit.go(budgets.path, done="vote")


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
