"""What a partner is owed and was paid, for its delegates and for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from atouts.payout.v1 import messages_pb2 as pb

from chassis import pdfs
from chassis.errors import Malformed
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.payout.application.statements import statement_of, statement_to_print
from services.payout.bootstrap import Parts
from services.payout.domain.run import Run
from services.payout.entrypoints.doors.messages import hold_message, paid_message
from services.payout.entrypoints.doors.parsing import uuid_of
from services.payout.store.views import partner_account

T = TypeVar("T")
_CSV = (pb.STATEMENT_FORMAT_UNSPECIFIED, pb.STATEMENT_FORMAT_CSV)


class PartnerAccountDoor:
    """Account and statements of a partner."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def get_statement(self, call: Call, request: pb.GetStatementRequest) -> pb.GetStatementResponse:
        run_id, partner_id = uuid_of(request.run_id, "run_id"), uuid_of(request.partner_id, "partner_id")
        if _is_pdf(request.format):
            return self._printed(call, run_id, partner_id)
        catalogue = self._parts.catalogue
        run, made = self._read(call, lambda work: statement_of(work, catalogue, run_id, partner_id))
        return pb.GetStatementResponse(
            filename=f"{_stem(run)}.csv", content=made.text.encode(), media_type="text/csv; charset=utf-8"
        )

    def _printed(self, call: Call, run_id: str, partner_id: str) -> pb.GetStatementResponse:
        """The partner's name is asked for and the paper is laid out between transactions: both may take a while."""
        catalogue = self._parts.catalogue
        found = self._read(call, lambda work: statement_to_print(work, catalogue, run_id, partner_id))
        printed = found.addressed_to(self._parts.directory.payee(partner_id))
        content = self._parts.statement_pdfs.write(printed)
        return pb.GetStatementResponse(
            filename=f"{_stem(found.paid.run)}.pdf", content=content, media_type=pdfs.MEDIA_TYPE
        )

    def _read(self, call: Call, act: Callable[[Work], T]) -> T:
        platform = self._parts.platform
        return platform.database.run(lambda session: act(platform.work(session, call.context)))

    def get_partner_account(self, work: Work, request: pb.GetPartnerAccountRequest) -> pb.GetPartnerAccountResponse:
        account = partner_account(work, uuid_of(request.partner_id, "partner_id"))
        return pb.GetPartnerAccountResponse(
            partner_id=request.partner_id,
            owed_cents=account.owed_cents,
            held_cents=account.held_cents,
            paid_cents=account.paid_cents,
            recorded_cents=account.recorded_cents,
            remittances=[paid_message(paid.run, paid.line) for paid in account.remittances],
            holds=[hold_message(hold) for hold in account.holds],
        )


def _is_pdf(value: pb.StatementFormat) -> bool:
    """Raises Malformed."""
    if value not in (*_CSV, pb.STATEMENT_FORMAT_PDF):
        raise Malformed("format", "Ce format n'existe pas : choisissez CSV ou PDF.", "choose CSV or PDF")
    return value not in _CSV


def _stem(run: Run) -> str:
    return f"releve-{run.scheme}-{run.period.end.isoformat()}"
