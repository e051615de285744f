"""Runs: seen, proposed, approved, and the transfer file that comes of it."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from services.payout.application.idempotency import once
from services.payout.application.issuing import ApproveRun, ProposeRun, approve_run, propose_run
from services.payout.application.reading import see_run, totals
from services.payout.bootstrap import Parts
from services.payout.domain.errors import RunNotIssued
from services.payout.entrypoints.doors.messages import run_message, state_of
from services.payout.entrypoints.doors.parsing import idempotency_key_of, uuid_of
from services.payout.store.runs import Runs
from services.payout.store.views import PageTokenUnreadable, page_of_runs


class RunDoor:
    """Runs, for staff."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list_runs(self, work: Work, request: pb.ListRunsRequest) -> pb.ListRunsResponse:
        try:
            page = page_of_runs(work, state_of(request.state), request.page_token)
        except (PageTokenUnreadable, ValueError):
            raise Malformed("page_token", "Cette page n'existe pas.", "There is no such page.") from None
        of_run = totals(work, page.runs)
        messages = [run_message(run, of_run[run.run_id]) for run in page.runs]
        return pb.ListRunsResponse(runs=messages, next_page_token=page.next_page_token)

    def get_run(self, work: Work, request: pb.GetRunRequest) -> pb.GetRunResponse:
        return pb.GetRunResponse(run=_seen(work, uuid_of(request.run_id, "run_id")))

    def propose_run(self, work: Work, request: pb.ProposeRunRequest) -> pb.ProposeRunResponse:
        key = idempotency_key_of(request.idempotency_key)
        order = ProposeRun(uuid_of(request.run_id, "run_id"))

        def act() -> bytes:
            propose_run(work, order)
            return pb.ProposeRunResponse(run=_seen(work, order.run_id)).SerializeToString()

        answer = once(work, "ProposeRun", key, repr(order).encode(), act)
        return pb.ProposeRunResponse.FromString(answer)

    def approve_run(self, work: Work, request: pb.ApproveRunRequest) -> pb.ApproveRunResponse:
        key = idempotency_key_of(request.idempotency_key)
        order = ApproveRun(uuid_of(request.run_id, "run_id"), request.payable_cents)

        def act() -> bytes:
            approve_run(work, self._parts.issuing, order)
            return pb.ApproveRunResponse(run=_seen(work, order.run_id)).SerializeToString()

        answer = once(work, "ApproveRun", key, repr(order).encode(), act)
        return pb.ApproveRunResponse.FromString(answer)

    def get_sepa_file(self, work: Work, request: pb.GetSepaFileRequest) -> pb.GetSepaFileResponse:
        run = Runs(work).find(uuid_of(request.run_id, "run_id"))
        if run.sepa_file_id is None:
            raise RunNotIssued(run.run_id)
        filename = f"virements-{run.scheme}-{run.period.end.isoformat()}.xml"
        return pb.GetSepaFileResponse(filename=filename, content=self._parts.files.open(work, run.sepa_file_id).content)


def _seen(work: Work, run_id: str) -> pb.Run:
    seen = see_run(work, run_id)
    return run_message(seen.run, seen.totals, seen.lines, seen.gaps)
