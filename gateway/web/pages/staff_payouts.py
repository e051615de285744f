"""The payments officers' page: each run, who is paid, what is held back; proposed by one, approved by another."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb
from starlette.responses import Response

from gateway.answers import File
from gateway.bodies import Fields
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import partner_names, scheme_titles
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit

TO_PROPOSE = Queue(
    lambda: rpc("payout", "ListRuns"),
    lambda token: pb.ListRunsRequest(state=pb.RUN_STATE_PREPARED, page_token=token),
    "runs",
)
TO_APPROVE = Queue(
    lambda: rpc("payout", "ListRuns"),
    lambda token: pb.ListRunsRequest(state=pb.RUN_STATE_PROPOSED, page_token=token),
    "runs",
)
_LIST = "/agents/remboursements"
_RUN = _LIST + "/{run_id}"
_SEPA = File("content", "application/xml", ".filename")
_STATEMENT = File("content", "application/pdf", ".filename")


class ProposeForm(FormSchema):
    idempotency_key = Text(128, required=True)


class ApproveForm(ProposeForm):
    """With what the approver saw."""

    payable_cents = Text(12, required=True, pattern=("[0-9]{1,12}", "required"))


@page(_LIST, STAFF)
async def runs(visit: Visit) -> View:
    query = visit.query(PageToken)
    found = await visit.ask(rpc("payout", "ListRuns"), pb.ListRunsRequest(page_token=query.get("page_token", "")))
    values = {
        "runs": found.runs,
        "titles": scheme_titles(visit),
        "states": words.RUN_STATES,
        "next": found.next_page_token,
    }
    return View("agents/remboursements.html", values)


@page(
    _RUN,
    STAFF,
    done={
        "propose": "Le remboursement est proposé : une autre personne doit l’approuver.",
        "approuve": "Le remboursement est approuvé : le fichier pour la banque est prêt.",
    },
)
async def run_page(visit: Visit) -> View:
    run = (await visit.ask(rpc("payout", "GetRun", SLOW_S), pb.GetRunRequest(run_id=visit.id("run_id")))).run
    lines = sorted(run.remittances, key=lambda line: (bool(line.held_for), -line.amount_cents))
    values = {
        "run": run,
        "lines": lines,
        "most_cents": max((line.amount_cents for line in lines), default=1),
        "partners": await partner_names(visit, {line.partner_id for line in lines}),
        "titles": scheme_titles(visit),
        "states": words.RUN_STATES,
        "held": words.HELD_FOR,
        "own": visit.session.account_id if visit.session else "",
        "may_propose": run.state == pb.RUN_STATE_PREPARED and run.payable_cents > 0,
        "may_approve": run.state == pb.RUN_STATE_PROPOSED,
        "is_issued": run.state == pb.RUN_STATE_ISSUED,
    }
    return View("agents/remboursement.html", values)


@run_page.act(ProposeForm, _RUN + "/proposer")
async def propose(visit: Visit, fields: Fields) -> Response:
    request = pb.ProposeRunRequest(run_id=visit.id("run_id"), **fields)
    await visit.ask(rpc("payout", "ProposeRun", SLOW_S), request)
    return visit.go(f"{_LIST}/{visit.id('run_id')}", done="propose")


@run_page.act(ApproveForm, _RUN + "/approuver")
async def approve(visit: Visit, fields: Fields) -> Response:
    request = pb.ApproveRunRequest(
        run_id=visit.id("run_id"),
        idempotency_key=fields["idempotency_key"],
        payable_cents=int(fields["payable_cents"]),
    )
    await visit.ask(rpc("payout", "ApproveRun", BULK_S), request)
    return visit.go(f"{_LIST}/{visit.id('run_id')}", done="approuve")


@page(_RUN + "/fichier", STAFF)
async def sepa_file(visit: Visit) -> Response:
    """What the bank is sent."""
    request = pb.GetSepaFileRequest(run_id=visit.id("run_id"))
    return _SEPA.render(await visit.ask(rpc("payout", "GetSepaFile", SLOW_S), request))


@page(_RUN + "/bordereaux/{partner_id}", STAFF)
async def statement(visit: Visit) -> Response:
    """One partner's statement, as they get it."""
    request = pb.GetStatementRequest(
        run_id=visit.id("run_id"), partner_id=visit.id("partner_id"), format=pb.STATEMENT_FORMAT_PDF
    )
    return _STATEMENT.render(await visit.ask(rpc("payout", "GetStatement", SLOW_S), request))
