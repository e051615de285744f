"""Domain values as gRPC messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from atouts.payout.v1 import messages_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from services.payout.domain.clawback import Clawback
from services.payout.domain.counting import Gap
from services.payout.domain.holds import Hold
from services.payout.domain.run import Line, Run, RunState
from services.payout.store.views import ListedClawback


def run_message(run: Run, totals: tuple[int, int], lines: Iterable[Line] = (), gaps: Iterable[Gap] = ()) -> pb.Run:
    """`totals`: payable and held cents."""
    payable_cents, held_cents = totals
    return pb.Run(
        run_id=run.run_id,
        scheme=run.scheme,
        season=run.season,
        period_start=run.period.start.isoformat(),
        period_end=run.period.end.isoformat(),
        due_on=run.due_on.isoformat(),
        state=f"RUN_STATE_{run.state.name}",
        payable_cents=payable_cents,
        held_cents=held_cents,
        proposed_by=run.proposed_by,
        approved_by=run.approved_by,
        issued_at=_timestamp(run.issued_at),
        remittances=[remittance_message(run.run_id, line) for line in lines],
        gaps=[_gap_message(gap) for gap in gaps],
    )


def state_of(value: pb.RunState) -> RunState | None:
    """None for unspecified: all states."""
    name = pb.RunState.Name(value).removeprefix("RUN_STATE_")
    return None if name == "UNSPECIFIED" else RunState[name]


def remittance_message(run_id: str, line: Line) -> pb.Remittance:
    return pb.Remittance(
        remittance_id=line.remittance_id,
        run_id=run_id,
        partner_id=line.partner_id,
        amount_cents=line.amount_cents,
        movements=line.movements,
        held_for=line.held_for or "",
        reference=line.reference,
        categories=sorted(line.categories),
    )


def paid_message(run: Run, line: Line) -> pb.PaidRemittance:
    """Of an issued run."""
    return pb.PaidRemittance(
        remittance_id=line.remittance_id,
        run_id=run.run_id,
        partner_id=line.partner_id,
        amount_cents=line.amount_cents,
        movements=line.movements,
        held_for=line.held_for or "",
        reference=line.reference,
        categories=sorted(line.categories),
        scheme=run.scheme,
        season=run.season,
        period_start=run.period.start.isoformat(),
        period_end=run.period.end.isoformat(),
        issued_at=_timestamp(run.issued_at),
    )


def hold_message(hold: Hold) -> pb.Hold:
    return pb.Hold(
        hold_id=hold.hold_id,
        partner_id=hold.partner_id,
        code=hold.code,
        reason=hold.reason,
        placed_at=_timestamp(hold.placed_at),
        lifted_at=_timestamp(hold.lifted_at),
        scheme=hold.scope.scheme,
        season=hold.scope.season,
        categories=sorted(hold.categories),
    )


def clawback_message(clawback: Clawback) -> pb.Clawback:
    return pb.Clawback(
        clawback_id=clawback.clawback_id,
        debit_id=clawback.debit_id,
        partner_id=clawback.partner_id,
        amount_cents=clawback.amount_cents,
        reason=clawback.reason,
        state=f"CLAWBACK_STATE_{clawback.state.name}",
        proposed_by=clawback.proposed_by,
        proposed_at=_timestamp(clawback.proposed_at),
        decided_by=clawback.decided_by,
        decided_at=_timestamp(clawback.decided_at),
        refused_for=clawback.refused_for,
    )


def listed_clawback_message(listed: ListedClawback) -> pb.Clawback:
    message = clawback_message(listed.clawback)
    message.run_id, message.remittance_reference = listed.run_id, listed.reference
    return message


def _gap_message(gap: Gap) -> pb.DayGap:
    return pb.DayGap(
        day=gap.day.isoformat(),
        partner_id=gap.partner_id,
        wallet_count=gap.wallet.movements,
        own_count=gap.own.movements,
        wallet_sum_cents=gap.wallet.sum_cents,
        own_sum_cents=gap.own.sum_cents,
    )


def _timestamp(instant: datetime | None) -> Timestamp | None:
    if instant is None:
        return None
    message = Timestamp()
    message.FromDatetime(instant)
    return message
