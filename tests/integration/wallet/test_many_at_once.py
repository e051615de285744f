"""Debits that come in one message: each is proven, decided and answered as if it had come alone."""

from __future__ import annotations

from typing import Any

from atouts.calls.v1 import messages_pb2 as calls
from atouts.wallet.v1 import debits_pb2
from google.rpc import error_details_pb2, status_pb2

from chassis.context import Account
from tests.integration.wallet.stage import Stage, account


def _one(stage: Stage, request: Any, by: Account | None, method: str = "Debit") -> calls.OneCall:
    return calls.OneCall(
        method=method,
        request=request.SerializeToString(),
        authorization=f"Bearer {stage.token(by)}" if by else "",
        address="192.0.2.1",
    )


def _receipt(outcome: calls.OneOutcome) -> debits_pb2.Receipt:
    assert outcome.WhichOneof("outcome") == "response"
    return debits_pb2.DebitResponse.FromString(outcome.response).receipt


def _reason(outcome: calls.OneOutcome) -> str:
    assert outcome.WhichOneof("outcome") == "status"
    info = error_details_pb2.ErrorInfo()
    for detail in status_pb2.Status.FromString(outcome.status).details:
        if detail.Unpack(info):
            break
    return info.reason


def test_each_call_keeps_its_own_answer(stage: Stage) -> None:
    """Money that is there is taken; a refusal, a malformed request and a stranger stop nobody else."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier, stranger = stage.delegate(cinema), stage.delegate(stage.partner("cinema"))
    shown = stage.present(person, cinema, cashier).presentation_id
    first, tail = (stage.debit_request(cinema, cents, presentation_id=shown) for cents in (1200, 800))
    asked = [
        _one(stage, first, cashier),
        _one(stage, stage.debit_request(cinema, 900, presentation_id=shown), cashier),
        _one(stage, stage.debit_request(cinema, -5, presentation_id=shown), cashier),
        _one(stage, stage.debit_request(cinema, 100, presentation_id=shown), stranger),
        _one(stage, stage.debit_request(cinema, 100, presentation_id=shown), None),
        _one(stage, tail, cashier),
        _one(stage, first, cashier),
    ]
    outcomes = list(stage.call_many(asked).outcomes)
    assert [_receipt(outcomes[number]).balance_cents for number in (0, 5)] == [800, 0]
    assert [_reason(outcomes[number]) for number in range(1, 5)] == [
        "insufficient_balance", "amount_invalid", "not_a_delegate", "not_signed_in",
    ]  # fmt: skip
    again = debits_pb2.DebitResponse.FromString(outcomes[6].response)
    assert again.replayed
    assert again.receipt == _receipt(outcomes[0])
    assert stage.balance(person) == 0


def test_only_calls_that_wait_for_others_come_together(stage: Stage) -> None:
    """An RPC that is not answered later has no place in an envelope, nor has one that does not exist."""
    asked = [_one(stage, debits_pb2.ShowCodeRequest(), account(), name) for name in ("ShowCode", "CallMany", "Nothing")]
    outcomes = stage.call_many(asked).outcomes
    assert [status_pb2.Status.FromString(outcome.status).code for outcome in outcomes] == [12, 12, 12]


def test_an_envelope_without_calls_is_answered(stage: Stage) -> None:
    assert list(stage.call_many([]).outcomes) == []


def test_an_envelope_is_the_gateways(stage: Stage) -> None:
    """Another service, or a person, sends calls one by one."""
    assert stage.many_refused([], service="payout") == "not_allowed"
    assert stage.many_refused([], by=account()) == "not_allowed"
