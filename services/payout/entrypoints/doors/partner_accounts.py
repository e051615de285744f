"""What a partner is owed and was paid, for its delegates and for staff."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb

from chassis.work import Work
from services.payout.application.statements import statement_of
from services.payout.bootstrap import Parts
from services.payout.entrypoints.doors.messages import hold_message, remittance_message
from services.payout.entrypoints.doors.parsing import uuid_of
from services.payout.store.views import partner_account


class PartnerAccountDoor:
    """Account and statements of a partner."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def get_statement(self, work: Work, request: pb.GetStatementRequest) -> pb.GetStatementResponse:
        run_id, partner_id = uuid_of(request.run_id, "run_id"), uuid_of(request.partner_id, "partner_id")
        run, made = statement_of(work, self._parts.catalogue, run_id, partner_id)
        filename = f"releve-{run.scheme}-{run.period.end.isoformat()}.csv"
        return pb.GetStatementResponse(filename=filename, content=made.text.encode())

    def get_partner_account(self, work: Work, request: pb.GetPartnerAccountRequest) -> pb.GetPartnerAccountResponse:
        account = partner_account(work, uuid_of(request.partner_id, "partner_id"))
        return pb.GetPartnerAccountResponse(
            partner_id=request.partner_id,
            owed_cents=account.owed_cents,
            held_cents=account.held_cents,
            paid_cents=account.paid_cents,
            remittances=[remittance_message(paid.run_id, paid.line) for paid in account.remittances],
            holds=[hold_message(hold) for hold in account.holds],
        )
